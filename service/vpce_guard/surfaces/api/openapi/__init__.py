"""What openapi.yaml says beside the routes: schemas, errors, samples."""
