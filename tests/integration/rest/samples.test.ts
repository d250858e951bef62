/** Samples over HTTP: what there is, adding them, moving them, checking barcodes. */

import { describe, expect, it } from 'vitest'
import { expectRefusal, instant } from '../../support/bench.ts'
import { withEvents } from '../../support/events.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { rawRequest } from '../../support/raw-request.ts'

describe('samples', () => {
  const lab = useLab('embedded', { demoLogs: 0 })
  const api = () => lab().workflow
  let made = 0

  async function newSample(location: { plate: string; well: string } | null = null): Promise<string> {
    made += 1
    const barcode = `NEW-${made}`
    expect(await api().post('/samples', { barcode, location })).toMatchObject({ status: 201 })
    return barcode
  }

  it('the demo lab has its samples, ordered by barcode', async () => {
    const { status, body } = await api().get('/samples')
    expect(status).toBe(200)
    expect(body.slice(0, 3)).toMatchObject([
      { barcode: 'SAMPLE001', type: 'blood', location: { plate: 'PLATE-01', well: 'A1' } },
      { barcode: 'SAMPLE002', type: 'tissue', location: { plate: 'PLATE-01', well: 'A2' } },
      { barcode: 'SAMPLE003', type: 'saliva', location: { plate: 'PLATE-02', well: 'B1' } },
    ])
    const barcodes = body.map((sample: { barcode: string }) => sample.barcode)
    expect(barcodes).toHaveLength(192)
    expect(barcodes.at(-1)).toBe('SAMPLE192')
    expect(barcodes).toEqual([...barcodes].sort())
  })

  it('one of them, or 404', async () => {
    const { status, body } = await api().get('/samples/SAMPLE001')
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['barcode', 'name', 'type', 'location', 'created_at', 'updated_at'])
    expect(body).toEqual((await api().get('/samples')).body[0])
    for (const barcode of ['NOPE', 'sample001', 'SAMPLE001%20', 'validate', 'import']) {
      expectRefusal(await api().get(`/samples/${barcode}`), 404, 'sample_not_found', 'Sample not found')
    }
  })

  it('a new sample is answered, found again and told of', async () => {
    const request = { barcode: 'FRESH-1', name: 'Patient 7', type: 'blood', location: { plate: 'FRESH', well: 'h12' } }
    const { answer, events } = await withEvents(lab(), () => api().post('/samples', request, { 'X-Operator': 'Ada' }))
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ ...request, location: { plate: 'FRESH', well: 'H12' }, created_at: instant, updated_at: instant })
    expect((await api().get('/samples/FRESH-1')).body).toEqual(answer.body)
    expect(events).toMatchObject([
      { kind: 'sample.created', actor: 'rest', operator: 'Ada', data: { barcode: 'FRESH-1', plate: 'FRESH', well: 'H12' } },
    ])
  })

  it.each([{}, { name: null, type: null, location: null }])('needs no more than a barcode: %j', async (fields) => {
    made += 1
    const barcode = `PLAIN-${made}`
    const { status, body } = await api().post('/samples', { barcode, ...fields })
    expect(status).toBe(201)
    expect(body).toMatchObject({ barcode, name: null, type: null, location: null })
  })

  it.each(['a/b', 'ä 試 🧪', '100%', 'a?b#c', '..', 'x'.repeat(200), "'; drop table samples; --", ' ', 'validate ', 'Import'])(
    'the barcode %j is found again as it was given',
    async (barcode) => {
      expect((await api().post('/samples', { barcode })).status).toBe(201)
      const answer = await rawRequest(`${api().url}/samples/${barcode === '..' ? '%2e%2e' : encodeURIComponent(barcode)}`)
      // No client and no server lets two dots stand in a path.
      if (barcode !== '..') expect(answer).toMatchObject({ status: 200, body: { barcode } })
      const { body } = await api().post('/samples/validate', { barcodes: [barcode] })
      expect(body).toEqual([{ barcode, exists: true }])
    },
  )

  it('a barcode that is taken: 409, and the sample stays as it was', async () => {
    const before = (await api().get('/samples/SAMPLE001')).body
    const answer = await api().post('/samples', { barcode: 'SAMPLE001', name: 'another', location: { plate: 'X', well: 'A1' } })
    expectRefusal(answer, 409, 'sample_exists')
    expect((await api().get('/samples/SAMPLE001')).body).toEqual(before)
  })

  it.each(['validate', 'import'])('the barcode %s is reserved: 400', async (barcode) => {
    const answer = await api().post('/samples', { barcode })
    expectRefusal(answer, 400, 'invalid_input', /^barcode\b/)
    expect(answer.body.details).toEqual({ field: 'barcode' })
  })

  it.each([
    ['barcode', {}],
    ['barcode', { barcode: '' }],
    ['barcode', { barcode: 7 }],
    ['barcode', { barcode: 'b'.repeat(201) }],
    ['name', { barcode: 'X', name: 7 }],
    ['name', { barcode: 'X', name: 'n'.repeat(201) }],
    ['type', { barcode: 'X', type: ['blood'] }],
    ['location', { barcode: 'X', location: 'A1' }],
    ['location', { barcode: 'X', location: [] }],
    ['location.plate', { barcode: 'X', location: { well: 'A1' } }],
    ['location.plate', { barcode: 'X', location: { plate: '', well: 'A1' } }],
    ['location.well', { barcode: 'X', location: { plate: 'P' } }],
    ['location.well', { barcode: 'X', location: { plate: 'P', well: 1 } }],
  ])('refuses and names %s: %j', async (field, body) => {
    const answer = await api().post('/samples', body)
    expectRefusal(answer, 400, 'invalid_input')
    expect(answer.body.details).toEqual({ field })
    expect(answer.body.error.startsWith(`${field} `)).toBe(true)
    expectRefusal(await api().get('/samples/X'), 404, 'sample_not_found')
  })

  describe('wells', () => {
    it.each([
      ['A1', 'A1'],
      ['a01', 'A1'],
      ['A001', 'A1'],
      ['h12', 'H12'],
      ['P24', 'P24'],
      ['AF48', 'AF48'],
      ['af048', 'AF48'],
      [' b2 ', 'B2'],
    ])('%j is read, %s is stored and given back', async (well, stored) => {
      made += 1
      const barcode = await newSample({ plate: `WELL-${made}`, well })
      expect((await api().get(`/samples/${barcode}`)).body.location.well).toBe(stored)
      const moved = await newSample()
      made += 1
      const answer = await api().put(`/samples/${moved}/location`, { location: { plate: `WELL-${made}`, well } })
      expect(answer.body.location).toEqual({ plate: `WELL-${made}`, well: stored })
    })

    it.each(['A0', 'A', '1', '1A', 'A49', 'AG1', 'AAA1', 'A-1', 'A1.5', 'A1;', 'Ä1', 'A 1', '١'])(
      '%j is no well: 400 that names it',
      async (well) => {
        const barcode = await newSample()
        for (const answer of [
          await api().post('/samples', { barcode: 'NOWELL', location: { plate: 'P', well } }),
          await api().put(`/samples/${barcode}/location`, { location: { plate: 'P', well } }),
        ]) {
          expectRefusal(answer, 400, 'invalid_input', /\bwell\b/)
        }
        expect((await api().get(`/samples/${barcode}`)).body.location).toBeNull()
      },
    )

    it('one that is taken: 409 well_occupied with who sits there, however it is written', async () => {
      await newSample({ plate: 'TAKEN', well: 'A1' })
      const [holder, other] = [await newSample({ plate: 'TAKEN', well: 'B2' }), await newSample({ plate: 'TAKEN', well: 'C3' })]
      for (const answer of [
        await api().post('/samples', { barcode: 'LATE', location: { plate: 'TAKEN', well: 'b02' } }),
        await api().put(`/samples/${other}/location`, { location: { plate: 'TAKEN', well: 'b02' } }),
      ]) {
        expectRefusal(answer, 409, 'well_occupied')
        expect(answer.body.details).toEqual({ plate: 'TAKEN', well: 'B2', barcode: holder })
      }
      expect((await api().get(`/samples/${other}`)).body.location).toEqual({ plate: 'TAKEN', well: 'C3' })
      expectRefusal(await api().get('/samples/LATE'), 404, 'sample_not_found')
    })
  })

  describe('PUT …/location', () => {
    it('moves the sample, and says so', async () => {
      const barcode = await newSample({ plate: 'FROM', well: 'A1' })
      const before = (await api().get(`/samples/${barcode}`)).body
      const { answer, events } = await withEvents(lab(), () =>
        api().put(`/samples/${barcode}/location`, { location: { plate: 'TO', well: 'B1' } }, { 'X-Operator': 'Ada' }),
      )
      expect(answer.status).toBe(200)
      expect(answer.body).toEqual({ ...before, location: { plate: 'TO', well: 'B1' }, updated_at: instant })
      expect(answer.body.updated_at >= before.updated_at).toBe(true)
      expect(events).toMatchObject([{ kind: 'sample.moved', operator: 'Ada', data: { barcode, plate: 'TO', well: 'B1' } }])
      await newSample({ plate: 'FROM', well: 'A1' })
    })

    it('to where it sits already, and to nowhere', async () => {
      const barcode = await newSample({ plate: 'STAY', well: 'A1' })
      expect((await api().put(`/samples/${barcode}/location`, { location: { plate: 'STAY', well: 'a01' } })).status).toBe(200)
      expect(await api().put(`/samples/${barcode}/location`, { location: null })).toMatchObject({ status: 200, body: { location: null } })
      await newSample({ plate: 'STAY', well: 'A1' })
    })

    it('of an unknown sample: 404; without a location: 400', async () => {
      expectRefusal(await api().put('/samples/NOPE/location', { location: null }), 404, 'sample_not_found', 'Sample not found')
      for (const body of [undefined, {}, { plate: 'P', well: 'A1' }]) {
        expectRefusal(await api().put('/samples/SAMPLE001/location', body), 400, 'invalid_input', 'location is required')
      }
    })
  })

  describe('validate', () => {
    it('answers in the order asked, as often as asked', async () => {
      const barcodes = ['NOPE', 'SAMPLE002', 'SAMPLE001', 'NOPE', '', 'sample001', 'SAMPLE002']
      const { status, body } = await api().post('/samples/validate', { barcodes })
      expect(status).toBe(200)
      expect(body).toEqual(barcodes.map((barcode) => ({ barcode, exists: /^SAMPLE/.test(barcode) })))
    })

    it('may be asked for none, or for tens of thousands', async () => {
      expect(await api().post('/samples/validate', { barcodes: [] })).toMatchObject({ status: 200, body: [] })
      const barcodes = Array.from({ length: 70_000 }, (_, n) => `S${n}`)
      const { status, body } = await api().post('/samples/validate', { barcodes })
      expect(status).toBe(200)
      expect(body).toHaveLength(70_000)
    })

    it.each([undefined, {}, { barcodes: null }, { barcodes: 'SAMPLE001' }, { barcodes: { 0: 'SAMPLE001' } }])(
      '%j: 400 barcodes array is required',
      async (body) => expectRefusal(await api().post('/samples/validate', body), 400, 'invalid_input', 'barcodes array is required'),
    )

    it('what is no text among them is refused by its place', async () => {
      expectRefusal(await api().post('/samples/validate', { barcodes: ['SAMPLE001', 2] }), 400, 'invalid_input', /^barcodes\[1\] /)
    })
  })
})

onBothDatabases('samples that race', { demo: false }, (lab) => {
  it('for one barcode: one wins', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => lab().workflow.post('/samples', { barcode: 'ONE', name: `${n}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)])
  })

  it('for one well: one wins, the others are told who sits there', async () => {
    const barcodes = Array.from({ length: 20 }, (_, n) => `RACE-${n}`)
    await Promise.all(barcodes.map((barcode) => lab().workflow.post('/samples', { barcode })))
    const location = { plate: 'RACE', well: 'A1' }
    const answers = await Promise.all(barcodes.map((barcode) => lab().workflow.put(`/samples/${barcode}/location`, { location })))
    const winner = answers.find(({ status }) => status === 200)
    const losers = answers.filter(({ status }) => status === 409)
    expect(losers).toHaveLength(19)
    for (const { body } of losers) expect(body).toMatchObject({ code: 'well_occupied', details: { barcode: winner?.body.barcode } })
  })

  it('two that change places by two moves at once never share a well', async () => {
    for (const [barcode, well] of Object.entries({ LEFT: 'B1', RIGHT: 'B2' })) {
      await lab().workflow.post('/samples', { barcode, location: { plate: 'SWAP', well } })
    }
    const answers = await Promise.all([
      lab().workflow.put('/samples/LEFT/location', { location: { plate: 'SWAP', well: 'B2' } }),
      lab().workflow.put('/samples/RIGHT/location', { location: { plate: 'SWAP', well: 'B1' } }),
    ])
    for (const { status, body } of answers)
      if (status !== 200) expect({ status, code: body.code }).toEqual({ status: 409, code: 'well_occupied' })
  })

  it('are listed by barcode in the same order on either database', async () => {
    for (const barcode of ['b', 'B', 'a', 'ä', 'Z', '10', '9']) await lab().workflow.post('/samples', { barcode: `sort-${barcode}` })
    const { body } = await lab().workflow.get('/samples')
    const sorted = body.map((sample: { barcode: string }) => sample.barcode).filter((barcode: string) => barcode.startsWith('sort-'))
    expect(sorted).toEqual(['10', '9', 'B', 'Z', 'a', 'b', 'ä'].map((barcode) => `sort-${barcode}`))
  })
})
