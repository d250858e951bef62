/** A CSV file of samples, taken apart as its bytes come. */

import { setImmediate } from 'node:timers/promises'
import { TextDecoder } from 'node:util'
import { CsvError, type Parser, parse } from 'csv-parse'
import { createSampleTable, delimiterOf, type SampleTable } from '../../../../shared/domain/sample-import.ts'

/** Bytes at a time: others are served in between. */
const pieceSize = 16 * 1024

/** Comma, semicolon or tab, as the header says; any line ends; UTF-8, or UTF-16 with a byte order mark. Reads to the end whatever is wrong. */
export async function readSampleFile(bytes: AsyncIterable<Uint8Array>): Promise<ReturnType<SampleTable['end']>> {
  const table = createSampleTable()
  let parser: Parser | undefined
  let broken: Error | undefined
  for await (const text of withWholeFirstLine(decoded(bytes))) {
    parser ??= createParser(text, table.add)
    broken ??= await written(parser, text)
  }
  if (parser) broken ??= await ended(parser)
  if (broken) table.breakOff(sentenceFor(broken))
  return table.end()
}

function createParser(start: string, onRow: (cells: string[]) => void): Parser {
  const parser = parse({
    delimiter: delimiterOf(start.trimStart().split(/[\r\n]/, 1)[0] ?? ''),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // 3" tube
    relax_quotes: true,
    trim: true,
    // Rows are taken here, in step with what is written, and none is passed on: so an error is known to be in the row after the last one.
    on_record: (cells: string[]) => {
      onRow(cells)
      return null
    },
  })
  // Whoever wrote is told.
  return parser.on('error', () => undefined)
}

function written(parser: Parser, text: string): Promise<Error | undefined> {
  return new Promise((resolve) => parser.write(text, (error) => resolve(error ?? undefined)))
}

function ended(parser: Parser): Promise<Error | undefined> {
  return new Promise((resolve) => parser.end((error?: Error | null) => resolve(error ?? undefined)))
}

function sentenceFor(error: Error): string {
  if (!(error instanceof CsvError)) throw error
  const what = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a cell begins with a quote that is never closed' : 'text follows a closing quote'
  return `From here on the file cannot be read: ${what}`
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; from += pieceSize) {
      const piece = chunk.subarray(from, from + pieceSize)
      decoder ??= new TextDecoder(piece[0] === 0xff && piece[1] === 0xfe ? 'utf-16le' : 'utf-8')
      yield decoder.decode(piece, { stream: true })
      await setImmediate()
    }
  }
  yield decoder?.decode() ?? ''
}

async function* withWholeFirstLine(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let start = ''
  let isWhole = false
  for await (const text of texts) {
    start += text
    isWhole ||= /\S.*[\r\n]/.test(start) || start.length > pieceSize
    if (!isWhole || start === '') continue
    yield start
    start = ''
  }
  if (start !== '') yield start
}
