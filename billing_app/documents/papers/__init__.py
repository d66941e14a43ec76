"""Documents as PDF: what stands where, in which words, and the press that makes the pages."""
