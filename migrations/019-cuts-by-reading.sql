-- Housekeeping asks for the windows of one reading.

create index cuts_by_reading on cuts (reading, window_start);
