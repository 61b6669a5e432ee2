-- Which deliveries were settled, and what was said in answer. Without bodies: they may hold tokens.

CREATE VIEW ops_inbox_v1 AS
SELECT message_id, consumer, settled_at, sent
FROM inbox;

CREATE VIEW ops_inbox_message_v1 AS
SELECT message_id, consumer, ordinal, sent_id, type
FROM inbox_message;

GRANT SELECT ON ops_inbox_v1, ops_inbox_message_v1 TO ops_reader;
