"""The cahier de recette: one function a line, a folder a flow."""
