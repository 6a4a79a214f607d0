-- Ends an attempt whose worker is lost; one.lua comes before it. ARGV: 5 token seen, 6 lease seen, 7 reason, 8 max deaths unless the job says so itself,
-- 9 attempts kept, 10 the reason of a cancelled job.
local record = read()
if not holds(record, ARGV[5]) or record.lease ~= ARGV[6] then return 0 end

remove(LEASES)
local deaths = record.deaths + 1
note_attempt(record, 'Died', ARGV[7], ARGV[9])
if record.cancel then
  redis.call('SET', own('error_text'), ARGV[10])
  close(record, 'cancelled', 'lease', '', 'ended', 'Died', 'deaths', deaths)
elseif deaths > (record.max_deaths or tonumber(ARGV[8])) then
  bury(record, 'error', 'lease', '', 'ended', 'Died', 'deaths', deaths)
else
  queue(record, NOW, 'lease', '', 'ended', 'Died', 'deaths', deaths)
end
commit()
return 1
