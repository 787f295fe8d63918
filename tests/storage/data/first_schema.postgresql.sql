CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.answer (
    client_id text NOT NULL,
    cid bigint NOT NULL,
    seq bigint,
    refusal text,
    stored_at bigint NOT NULL
);
CREATE TABLE public.capability (
    token_hash text NOT NULL,
    workshop_id text NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint
);
CREATE TABLE public.client (
    id text NOT NULL,
    workshop_id text NOT NULL,
    person_id text NOT NULL,
    last_cid bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.event (
    workshop_id text NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    author text NOT NULL,
    type text NOT NULL,
    data bytea NOT NULL
);
CREATE TABLE public.meta (
    key text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.person (
    workshop_id text NOT NULL,
    id text NOT NULL,
    name text,
    joined_at bigint NOT NULL
);
CREATE TABLE public.seat (
    device_hash text NOT NULL,
    workshop_id text NOT NULL,
    role text NOT NULL,
    person_id text NOT NULL,
    bound_at bigint NOT NULL
);
CREATE TABLE public.snapshot (
    workshop_id text NOT NULL,
    seq bigint NOT NULL,
    state bytea NOT NULL,
    saved_at bigint NOT NULL
);
CREATE TABLE public.workshop (
    id text NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    seq bigint NOT NULL,
    created_at bigint NOT NULL
);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.answer VALUES ('ce353d73e9014bcd80c8f', 1, 2, NULL, 1795349364591);
INSERT INTO public.answer VALUES ('ce353d73e9014bcd80c8f', 2, NULL, 'No dots left.', 1795349364591);
INSERT INTO public.capability VALUES ('h1', 'w3d0269082e6ae244', 'wall', 1795349364612, NULL, NULL);
INSERT INTO public.client VALUES ('ce353d73e9014bcd80c8f', 'w3d0269082e6ae244', 'p1', 2, 1795349364590);
INSERT INTO public.event VALUES ('w3d0269082e6ae244', 1, 1, '', 'WorkshopCreated', '\x7b2274797065223a22576f726b73686f7043726561746564227d');
INSERT INTO public.event VALUES ('w3d0269082e6ae244', 2, 2, 'p1', 'CardAdded', '\x7b2274797065223a22436172644164646564222c2274657874223a22c384227d');
INSERT INTO public.meta VALUES ('epoch', '04a5823b884bcdea');
INSERT INTO public.person VALUES ('w3d0269082e6ae244', 'p1', 'Ann', 1795349364609);
INSERT INTO public.seat VALUES ('device', 'w3d0269082e6ae244', 'participant', 'p1', 1795349364611);
INSERT INTO public.snapshot VALUES ('w3d0269082e6ae244', 2, '\x7374617465', 1795349364613);
INSERT INTO public.workshop VALUES ('w3d0269082e6ae244', 'FERN-12', 'Ärger', 2, 1795349364585);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (client_id, cid);
ALTER TABLE ONLY public.capability
    ADD CONSTRAINT capability_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (workshop_id, seq);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (workshop_id, id);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_pkey PRIMARY KEY (device_hash, workshop_id, role);
ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_pkey PRIMARY KEY (workshop_id);
ALTER TABLE ONLY public.workshop
    ADD CONSTRAINT workshop_code_key UNIQUE (code);
ALTER TABLE ONLY public.workshop
    ADD CONSTRAINT workshop_pkey PRIMARY KEY (id);
CREATE INDEX ix_capability_workshop_id ON public.capability USING btree (workshop_id);
CREATE INDEX ix_client_workshop_id ON public.client USING btree (workshop_id);
CREATE INDEX ix_seat_workshop_id ON public.seat USING btree (workshop_id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.client(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.capability
    ADD CONSTRAINT capability_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.snapshot
    ADD CONSTRAINT snapshot_workshop_id_fkey FOREIGN KEY (workshop_id) REFERENCES public.workshop(id) ON DELETE CASCADE;
