-- Gives a job back unfinished; one.lua comes before it. ARGV: 5 token, 6 attempts kept, 7 the reason of a cancelled job. Answers 1 when this attempt gave it back.
local record = read()
if not holds(record, ARGV[5]) then
  return record.token == ARGV[5] and record.ended == 'Released' and 1 or 0
end

remove(LEASES)
if record.cancel then
  note_attempt(record, 'Released', ARGV[7], ARGV[6])
  close(record, 'cancelled', 'lease', '', 'ended', 'Released')
else
  queue(record, NOW, 'lease', '', 'ended', 'Released', 'attempt', record.attempt - 1)
end
commit()
return 1
