local fields = {}
for _, field in ipairs(redis.call('HKEYS', queue)) do
  if field ~= 'order' and field ~= 'seq' then
    fields[#fields + 1] = field
  end
  if #fields == batch then
    redis.call('HDEL', queue, unpack(fields))
    fields = {}
  end
end
if #fields > 0 then
  redis.call('HDEL', queue, unpack(fields))
end
redis.call('DEL', ready, held)

-- Last: a deletion cut off before this leaves an emptier queue, never one that old messages haunt when it is declared again.
redis.call('HDEL', queue, 'order')
return 1
