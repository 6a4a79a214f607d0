-- Cancels a job. ARGV: 5 prefix of the workers' cancel channels, 6 the reason of a cancelled job.
local record = read()
if not record.status then return 'Unknown' end
if record.status == 'queued' then
  redis.call('SET', ERROR, ARGV[6])
  close(record, 'cancelled')
  return 'Cancelled'
end
if record.status ~= 'running' then return 'AlreadyFinal' end

change(record, 'running', 'cancel', '1')
redis.call('PUBLISH', ARGV[5] .. record.worker, ID)
return 'Requested'
