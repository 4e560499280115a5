//! Peers whose dependencies or licences clash with the workspace's.
