-- Takes a job out of the dead-letter queue; its record stays.
local record = read()
if not record.dead then return 0 end
redis.call('ZREM', DEAD, ID)
change(record, record.status, 'dead', '')
return 1
