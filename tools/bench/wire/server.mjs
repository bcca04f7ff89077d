// The other process of a benchmark. Argument: ours, reference or plain.
const [kind] = process.argv.slice(2)
const module = await import(new URL(`${kind}.mjs`, import.meta.url).href)
if (process.env.NODELAY === '1') module.forceNoDelay?.()
const { item, chunk } = await import('./data.mjs')
process.send(await module.serve({ item, chunk }))
process.on('disconnect', () => process.exit())
