-- Removes the dispatch entries of published jobs, unless they were made anew since. KEYS: dispatch. ARGV: for each job its id, and the time it was taken with.
for i = 1, #ARGV, 2 do
  local dispatch = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if dispatch and tonumber(dispatch) == tonumber(ARGV[i + 1]) then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
