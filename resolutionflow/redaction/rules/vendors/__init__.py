"""Published forms of keys, a maker a rule. Lengths have room above, since makers lengthen keys."""
