-- A group's open letters in order: they are judged in parts, and counted, without their rows being read.
CREATE INDEX dead_letter_open ON dead_letter (group_id, letter_id) WHERE state = 'open';
