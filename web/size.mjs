/**
 * Holds the bundle to its budget: what every visitor loads, and what each page adds to it. Sizes are gzip, in kB.
 * Run after a build.
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('./dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const budget = { entry: 250, route: 60, other: 90 }

const sizes = new Map()
const size = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000)
  return sizes.get(file)
}

/** Every file a chunk needs before it can run: itself, its style sheets, and what it imports at once. */
function files(key, found = new Set()) {
  const chunk = manifest[key]
  if (!chunk || found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const css of chunk.css ?? []) found.add(css)
  for (const next of chunk.imports ?? []) files(next, found)
  return found
}

const sum = (set) => [...set].reduce((total, file) => total + size(file), 0)
const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry)
const entry = files(entryKey)
// What the shell fetches on every page as soon as the first picture stands: a route does not load it again.
const shell = new Set(['src/app/shell/LanguageMenu.tsx', 'src/parts/Toasts.tsx'].flatMap((key) => [...files(key)]))
const rows = [
  { what: 'entry', kilobytes: sum(entry), limit: budget.entry },
  {
    what: 'shell, after the entry',
    kilobytes: sum(new Set([...shell].filter((file) => !entry.has(file)))),
    limit: budget.other,
  },
]
/** What stands already when a chunk is asked for: everything that each of those who may ask for it has loaded. */
function standing(key) {
  const askers = Object.keys(manifest).filter((other) => manifest[other].dynamicImports?.includes(key))
  const [first = new Set(), ...others] = askers.map((asker) => files(asker))
  return new Set([...first].filter((file) => others.every((loaded) => loaded.has(file))))
}
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue
  const there = standing(key)
  const own = new Set([...files(key)].filter((file) => !entry.has(file) && !shell.has(file) && !there.has(file)))
  const route = /^src\/areas\//.test(key)
  rows.push({ what: key, kilobytes: sum(own), limit: route ? budget.route : budget.other })
}

let over = 0
for (const { what, kilobytes, limit } of rows.sort((one, other) => other.kilobytes - one.kilobytes)) {
  const bad = kilobytes > limit
  if (bad) over += 1
  process.stdout.write(`${bad ? 'OVER' : 'ok  '} ${kilobytes.toFixed(1).padStart(7)} of ${limit} kB  ${what}\n`)
}
process.exit(over > 0 ? 1 : 0)
