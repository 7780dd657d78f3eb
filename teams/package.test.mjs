import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { Complaint, complaints, manifest, pack, settings } from './package.mjs'

const words = [
  '--host', 'portal.operator.example',
  '--client-id', '5B1C0A5E-7E1E-4C0A-9B0A-000000005B01',
  '--developer', 'Operator A/S',
]
const values = settings(words)

test('the manifest is the installation’s', () => {
  const made = manifest(values)
  assert.equal(made.webApplicationInfo.resource, 'api://portal.operator.example/5b1c0a5e-7e1e-4c0a-9b0a-000000005b01')
  assert.deepEqual(made.validDomains, ['portal.operator.example'])
  assert.equal(made.staticTabs[0].contentUrl, 'https://portal.operator.example/')
  assert.match(made.id, /^[0-9a-f-]{36}$/)
  assert.equal(made.id, manifest(settings(words)).id, 'packing again is the same app')
  assert.ok(!JSON.stringify(made).includes('{{'))
  const quoted = manifest({ ...values, developer: 'A "quoted" name' })
  assert.equal(quoted.developer.name, 'A "quoted" name')
})

test('what Teams would refuse is refused here, with what to do', () => {
  for (const [change, said] of [
    [['--host', 'https://portal.operator.example'], /--host/],
    [['--host', 'Portal.example'], /--host/],
    [['--client-id', 'x'], /--client-id/],
    [['--developer', 'A'.repeat(33)], /--developer/],
    [['--version', '1.0'], /--version/],
    [['--privacy', 'http://portal.example'], /--privacy/],
    [['--unknown', 'x'], /--unknown/],
    [['--host'], /--host/],
  ])
    assert.throws(() => settings([...words, ...change]), (error) => error instanceof Complaint && said.test(error.message))
  const made = manifest(values)
  made.name.short = 'A'.repeat(31)
  made.validDomains = ['elsewhere.example']
  const said = complaints(made, [{}], () => Buffer.alloc(64))
  for (const part of [/name.short has more/, /description.full is missing/, /192 by 192/, /32 by 32/, /valid domain/, /resource/])
    assert.ok(said.some((line) => part.test(line)), `${part}: ${said}`)
})

test('the package holds what the manifest names, and nothing else', () => {
  const packed = pack(values)
  const files = new Map()
  for (let at = 0; packed.toString('latin1', at, at + 4) === 'PK\x03\x04'; ) {
    const [size, whole, name] = [packed.readUInt32LE(at + 18), packed.readUInt32LE(at + 22), packed.readUInt16LE(at + 26)]
    const content = inflateRawSync(packed.subarray(at + 30 + name, at + 30 + name + size))
    assert.equal(content.length, whole)
    files.set(packed.toString('utf8', at + 30, at + 30 + name), content)
    at += 30 + name + size
  }
  assert.deepEqual([...files.keys()], ['manifest.json', 'da.json', 'color.png', 'outline.png'])
  assert.equal(JSON.parse(files.get('manifest.json').toString('utf8')).version, '1.0.0')
  assert.ok(pack(values).equals(packed), 'the same content is the same package')
})
