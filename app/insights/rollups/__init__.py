"""How rows become figures: facts are derived, hours summed, in statements over whole sets."""
