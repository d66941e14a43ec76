"""From sources to a served page: building what browsers load, and answering them."""
