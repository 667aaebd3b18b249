//! Names of others: hidden once it is known which are ours, shown by a key, never asked about in bulk.
