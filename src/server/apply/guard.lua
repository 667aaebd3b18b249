local at = 2
local function take() at = at + 1; return ARGV[at] end
local function call()
  local argv = {}
  for i = 1, tonumber(take()) do argv[i] = take() end
  return redis.pcall(unpack(argv))
end
local function say(reply)
  if type(reply) == 'table' and reply.ok then reply = reply.ok end
  if type(reply) == 'number' then reply = string.format('%.0f', reply) end
  if type(reply) == 'string' then return '$' .. #reply .. ':' .. reply end
  if type(reply) ~= 'table' then return '-' end
  local all = '*' .. #reply .. ':'
  for i = 1, #reply do all = all .. say(reply[i]) end
  return all
end
local now = {'differs'}
for i = 1, tonumber(ARGV[1]) do
  local form, wanted = take(), take()
  local reply = call()
  now[i + 1] = reply
  if type(reply) == 'table' and reply.err then return now end
  local same = say(reply) == wanted
  if form == 'score' then same = type(reply) == 'string' and tonumber(reply) == tonumber(wanted) end
  if not same then return now end
end
local done = {'done'}
for i = 1, tonumber(ARGV[2]) do done[i + 1] = call() end
return done
