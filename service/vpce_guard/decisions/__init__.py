"""The product: proposals go in, recorded decisions come out."""
