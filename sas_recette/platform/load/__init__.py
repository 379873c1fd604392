"""The platform’s volume of searches: arrivals planned in advance, sent whether or not the candidate keeps up."""
