-- Starts attempts; start.lua comes before it. Of the keys of a job, its record and the indexes of the queued and the running are given.
-- ARGV, from 4 on for each job: id, token, worker, lease in microseconds. Answers for each what start.lua says.
local answers = {}
for i = 1, (#KEYS - 5) / 3 do
  open(3 * i + 3, ARGV[4 * i])
  answers[i] = start(unpack(ARGV, 4 * i + 1, 4 * i + 3))
end
commit()
return answers
