BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE answer (
	client_id TEXT NOT NULL, 
	cid BIGINT NOT NULL, 
	seq BIGINT, 
	refusal TEXT, 
	stored_at BIGINT NOT NULL, 
	PRIMARY KEY (client_id, cid), 
	FOREIGN KEY(client_id) REFERENCES client (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "answer" VALUES('cca3354712b18b3caa62c',1,2,NULL,1795349363576);
INSERT INTO "answer" VALUES('cca3354712b18b3caa62c',2,NULL,'No dots left.',1795349363576);
CREATE TABLE capability (
	token_hash TEXT NOT NULL, 
	workshop_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	revoked_at BIGINT, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
);
INSERT INTO "capability" VALUES('h1','w0eb4cb7d70347d6f','wall',1795349363578,NULL,NULL);
CREATE TABLE client (
	id TEXT NOT NULL, 
	workshop_id TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	last_cid BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
);
INSERT INTO "client" VALUES('cca3354712b18b3caa62c','w0eb4cb7d70347d6f','p1',2,1795349363576);
CREATE TABLE event (
	workshop_id TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	author TEXT NOT NULL, 
	type TEXT NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (workshop_id, seq), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "event" VALUES('w0eb4cb7d70347d6f',1,1,'','WorkshopCreated',X'7B2274797065223A22576F726B73686F7043726561746564227D');
INSERT INTO "event" VALUES('w0eb4cb7d70347d6f',2,2,'p1','CardAdded',X'7B2274797065223A22436172644164646564222C2274657874223A22C384227D');
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('epoch','d032f40cf27c03ae');
CREATE TABLE person (
	workshop_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT, 
	joined_at BIGINT NOT NULL, 
	PRIMARY KEY (workshop_id, id), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
);
INSERT INTO "person" VALUES('w0eb4cb7d70347d6f','p1','Ann',1795349363577);
CREATE TABLE seat (
	device_hash TEXT NOT NULL, 
	workshop_id TEXT NOT NULL, 
	role TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	bound_at BIGINT NOT NULL, 
	PRIMARY KEY (device_hash, workshop_id, role), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
);
INSERT INTO "seat" VALUES('device','w0eb4cb7d70347d6f','participant','p1',1795349363577);
CREATE TABLE snapshot (
	workshop_id TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	state BLOB NOT NULL, 
	saved_at BIGINT NOT NULL, 
	PRIMARY KEY (workshop_id), 
	FOREIGN KEY(workshop_id) REFERENCES workshop (id) ON DELETE CASCADE
);
INSERT INTO "snapshot" VALUES('w0eb4cb7d70347d6f',2,X'7374617465',1795349363578);
CREATE TABLE workshop (
	id TEXT NOT NULL, 
	code TEXT NOT NULL, 
	title TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (code)
);
INSERT INTO "workshop" VALUES('w0eb4cb7d70347d6f','FERN-12','Ärger',2,1795349363575);
CREATE INDEX ix_client_workshop_id ON client (workshop_id);
CREATE INDEX ix_seat_workshop_id ON seat (workshop_id);
CREATE INDEX ix_capability_workshop_id ON capability (workshop_id);
COMMIT;
