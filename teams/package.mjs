// Makes the app package that a Teams administrator uploads: the manifest for one installation, its translations and icons.
//
//   node teams/package.mjs --host portal.operator.example --client-id <GUID of the Entra registration> \
//     --developer "Operator A/S" [--app-id GUID] [--website URL] [--privacy URL] [--terms URL] [--version 1.0.0] [--out FILE]
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32, deflateRawSync } from 'node:zlib'

const folder = fileURLToPath(new URL('.', import.meta.url))
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The manifest's own limits (Microsoft's schema 1.29), where a value is ours to choose. */
const LONGEST = { developer: 32, 'name.short': 30, 'name.full': 100, 'description.short': 80, 'description.full': 4000 }

export class Complaint extends Error {}

/** The values of the manifest's placeholders, from the words of the command line; those left out follow from the others. */
export function settings(words) {
  const given = {}
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at]?.replace(/^--/, '').replace(/-(.)/g, (_, letter) => letter.toUpperCase())
    const known = ['host', 'clientId', 'appId', 'developer', 'website', 'privacy', 'terms', 'version', 'out']
    if (!known.includes(name) || words[at + 1] === undefined) throw new Complaint(`${words[at]} is not understood`)
    given[name] = words[at + 1]
  }
  const { host, clientId, developer } = given
  if (!host || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))
    throw new Complaint('--host is the portal’s host name, in lower case and without https://')
  if (!GUID.test(clientId ?? '')) throw new Complaint('--client-id is the GUID of the Entra registration')
  if (!developer || developer.length > LONGEST.developer)
    throw new Complaint(`--developer is the operator’s name, at most ${LONGEST.developer} letters`)
  if (given.appId && !GUID.test(given.appId)) throw new Complaint('--app-id is a GUID')
  if (given.version && !/^\d+\.\d+\.\d+$/.test(given.version)) throw new Complaint('--version is three numbers: 1.0.0')
  const pages = { website: `https://${host}/`, privacy: `https://${host}/`, terms: `https://${host}/` }
  for (const name of Object.keys(pages)) {
    pages[name] = given[name] ?? pages[name]
    if (!pages[name].startsWith('https://')) throw new Complaint(`--${name} is an https address`)
  }
  return {
    host,
    clientId: clientId.toLowerCase(),
    developer,
    ...pages,
    // The same installation is the same app, however often it is packed.
    appId: given.appId ?? guidOf(`${host}/${clientId.toLowerCase()}`),
    version: given.version ?? '1.0.0',
    out: given.out ?? 'switchboard-teams.zip',
  }
}

/** A GUID that follows from a name (RFC 9562, version 8). */
function guidOf(name) {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16)
  bytes[6] = (bytes[6] & 0x0f) | 0x80
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The manifest with every placeholder filled. */
export function manifest(values) {
  const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    if (typeof values[name] !== 'string') throw new Complaint(`the manifest asks for ${name}, which nobody gives`)
    return JSON.stringify(values[name]).slice(1, -1)
  })
  return JSON.parse(filled)
}

/** What Teams would refuse at the upload, as far as it follows from what can change here. */
export function complaints(made, translations, icon) {
  const said = []
  const texts = (object, translated) =>
    ['name.short', 'name.full', 'description.short', 'description.full'].forEach((path) => {
      const [group, name] = path.split('.')
      const value = translated ? object[path] : object[group]?.[name]
      if (!value) said.push(`${path} is missing`)
      else if (value.length > LONGEST[path]) said.push(`${path} has more than ${LONGEST[path]} letters`)
    })
  texts(made, false)
  for (const translation of translations) texts(translation, true)
  for (const [name, size] of [
    ['color', 192],
    ['outline', 32],
  ]) {
    const png = icon(made.icons[name])
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
    if (png.toString('latin1', 1, 4) !== 'PNG' || width !== size || height !== size)
      said.push(`${made.icons[name]} is not a PNG of ${size} by ${size}`)
  }
  for (const { contentUrl } of made.staticTabs)
    if (!made.validDomains.includes(new URL(contentUrl).host)) said.push(`${contentUrl} is not of a valid domain`)
  if (made.webApplicationInfo.resource !== `api://${made.validDomains[0]}/${made.webApplicationInfo.id}`)
    said.push('the resource is not the one that the registration exposes')
  return said
}

/** A ZIP archive (APPNOTE.TXT 6.3): files at its root, the same bytes for the same content. */
export function zip(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const [name, content] of files) {
    const packed = deflateRawSync(content, { level: 9 })
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x0800, 2) // names are UTF-8
    shared.writeUInt16LE(8, 4)
    shared.writeUInt16LE(0x21, 8) // 1 January 1980
    shared.writeUInt32LE(crc32(content), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(content.length, 18)
    shared.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 0]), shared, rest, Buffer.from(name)]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

/** The whole package. */
export function pack(values) {
  const read = (name) => readFileSync(join(folder, name))
  const made = manifest(values)
  const languages = made.localizationInfo.additionalLanguages.map(({ file }) => file)
  const said = complaints(
    made,
    languages.map((file) => JSON.parse(read(file).toString('utf8'))),
    read,
  )
  if (said.length > 0) throw new Complaint(said.join('\n'))
  return zip([
    ['manifest.json', Buffer.from(`${JSON.stringify(made, null, 2)}\n`)],
    ...[...languages, made.icons.color, made.icons.outline].map((name) => [name, read(name)]),
  ])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const values = settings(process.argv.slice(2))
    writeFileSync(values.out, pack(values))
    console.log(`${values.out}: app ${values.appId}, version ${values.version}, for https://${values.host}/`)
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    for (const line of error.message.split('\n')) console.error(`teams: ${line}`)
    process.exitCode = 1
  }
}
