CREATE TABLE posts (id bigserial PRIMARY KEY, body text NOT NULL);
CREATE TABLE jobs (
  id bigserial PRIMARY KEY,
  post_id bigint NOT NULL REFERENCES posts,
  begun_by text,
  done_by text
);
CREATE TABLE mails (id bigserial PRIMARY KEY, post_id bigint NOT NULL REFERENCES posts);
CREATE TABLE digests (id bigserial PRIMARY KEY, release text NOT NULL, posts bigint NOT NULL);
