// The process behind command-lines.ts: runs the command lines it is sent and answers what each wrote.
const { main } = await import(process.argv[2])

process.on('message', async ({ args, env, cwd }) => {
  const ended = { code: 0, stdout: '', stderr: '' }
  const write = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (text) => {
      ended[name] += text
      return true
    }
  }
  process.chdir(cwd)
  const before = { ...process.env }
  Object.assign(process.env, env)
  process.exitCode = 0
  await main(args, '0.0.0-test')
  for (const name of Object.keys(env)) {
    if (before[name] === undefined) delete process.env[name]
    else process.env[name] = before[name]
  }
  for (const name of ['stdout', 'stderr']) process[name].write = write[name]
  process.send({ ...ended, code: process.exitCode ?? 0 })
  process.exitCode = 0
})
process.on('disconnect', () => process.exit(0))
