//! Looking: the tree, values, searching, copying, and the connection.
mod connection;
mod find;
mod rights;
mod tree;
mod values;
