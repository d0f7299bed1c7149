"""Pictures that people send: drawn anew from their pixels before anything else is done with them."""

MOST_BYTES = 8 * 2**20  # of what is sent; what is drawn is far smaller
