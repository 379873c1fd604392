"""What a finished campaign leaves: console, JUnit, Allure, HTML, manifest."""
