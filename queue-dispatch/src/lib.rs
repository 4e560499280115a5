//! Premium before regular, fair, with agents, reservations and live statistics: a call queue that can be embedded
