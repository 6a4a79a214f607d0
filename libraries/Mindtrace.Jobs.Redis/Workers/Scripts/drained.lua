-- Tells until when a drained worker may run what it has: by its own drain, and by that of its node, whose hash is given.
-- '' when neither is drained, '0' without a deadline, else microseconds since 1970.
local function drained_until(own, nodes, node)
  local of_node = node and node ~= '' and redis.call('HGET', nodes, node) or ''
  own = own or ''
  if own == '' then return of_node end
  if of_node == '' or of_node == '0' then return own end
  if own == '0' then return of_node end
  return tonumber(own) < tonumber(of_node) and own or of_node
end
