-- What can be taken back: each change of state that a client made, as a range of changes.

CREATE TABLE operation(
	first		INTEGER PRIMARY KEY,
	last		INTEGER NOT NULL,
	at		INTEGER NOT NULL
);
