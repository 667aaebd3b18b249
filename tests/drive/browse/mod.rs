//! Looking: the tree, values, searching, copying, and the connection.
mod connection;
mod ends;
mod find;
mod rights;
mod text;
mod tree;
mod values;
