"""The pages of the console, one file each: thin surfaces over what the API's routes call."""
