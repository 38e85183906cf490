/** The gateway as a machine, this screen, and the account. */
import type { LogLine, SystemTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { useAsked } from '../browser/use-asked.ts'
import { known } from '../rulers.ts'
import { Answered } from '../parts/asking.tsx'
import { Bar } from '../parts/bar.tsx'
import { Facts } from '../parts/form.tsx'
import { Mark } from '../parts/marks.tsx'
import { Colours, Languages } from '../parts/settings.tsx'
import { keptWords, logLevels, trustReasons, trustWords } from '../words/system.ts'
import { Account } from './account.tsx'
import { Accounts } from './accounts.tsx'
import { Work } from './work.tsx'
import { Own } from '../parts/text.tsx'

export function System() {
  const { say, store } = useDesk()
  const asked = useAsked('/api/system', undefined, 10_000)
  const session = store.session.value
  const may = session?.state === 'in' ? session.may : []
  return (
    <>
      <h1 tabIndex={-1}>{say('system.title')}</h1>
      <div class="halves">
        <div>
          {may.includes('work') && <Work />}
          <section>
            <h2>{say('settings.title')}</h2>
            <Colours />
            <Languages />
          </section>
          <Account />
        </div>
        <div>
          <section>
            <h2>{say('machine.title')}</h2>
            <Answered asked={asked}>{(told) => <Machine told={told} />}</Answered>
          </section>
          {may.includes('support') && (
            <section>
              <h2>{say('support.title')}</h2>
              <p>{say('support.text')}</p>
              <p>
                <a class="button" href="/api/support" download>
                  {say('support.button')}
                </a>
              </p>
            </section>
          )}
        </div>
      </div>
      {may.includes('accounts') && <Accounts />}
      {asked.body.value !== undefined && <Log log={asked.body.value.log} isShown={may.includes('support')} />}
    </>
  )
}

function Machine({ told }: { readonly told: SystemTold }) {
  const { say, form, language, store } = useDesk()
  const { disk, memory, history, clock, revision } = told
  const nowMs = store.now.value
  return (
    <Facts
      rows={[
        [
          say('machine.site'),
          <>
            <Own>{told.title}</Own> <code>{told.site}</code>
          </>,
        ],
        [
          say('machine.clock'),
          <Mark mood={clock.trust === 'synced' ? 'good' : clock.trust === 'holdover' ? 'uncertain' : 'bad'}>
            {`${known(trustWords, clock.trust, language)} (${known(trustReasons, clock.reason, language)})`}
          </Mark>,
        ],
        [say('machine.started'), form.moment(Date.parse(told.started), nowMs)],
        [
          say('machine.disk'),
          <>
            {say('machine.free-of', { free: form.bytes(disk.free_bytes), size: form.bytes(disk.size_bytes) })}
            <Bar share={1 - disk.free_bytes / Math.max(1, disk.size_bytes)} />
          </>,
        ],
        [
          say('machine.kept'),
          disk.kept.map(({ what, bytes }) => `${known(keptWords, what, language)} ${form.bytes(bytes)}`).join(', '),
        ],
        [
          say('machine.memory'),
          <>
            {say('machine.memory-of', {
              rss: form.bytes(memory.rss_bytes),
              free: form.bytes(memory.free_bytes),
              size: form.bytes(memory.size_bytes),
            })}
            <Bar share={1 - memory.free_bytes / Math.max(1, memory.size_bytes)} />
          </>,
        ],
        [say('machine.cpu'), say('machine.cpu-share', { share: form.number(told.cpu_share * 100, 1) })],
        [
          say('machine.history'),
          history === undefined
            ? say('machine.no-history')
            : say('machine.history-of', { bytes: form.bytes(history.bytes), quota: form.bytes(history.quota_bytes) }) +
              (history.oldest === undefined
                ? ''
                : say('machine.history-since', { oldest: form.dated(Date.parse(history.oldest)) })),
        ],
        [
          say('machine.revision'),
          <>
            <code>{revision.hash.slice(0, 12)}</code> <bdi class="quiet">{revision.file}</bdi>
          </>,
        ],
        [say('machine.versions'), `Fanal ${told.version}, Node ${told.node}`],
      ]}
    />
  )
}

function Log({ log, isShown }: { readonly log: readonly LogLine[]; readonly isShown: boolean }) {
  const { say, form, language } = useDesk()
  return (
    <section>
      <h2>{say('log.title')}</h2>
      {log.length === 0 ? (
        <p>{say(isShown ? 'log.none' : 'log.hidden')}</p>
      ) : (
        <ol class="log" tabIndex={0} aria-label={say('log.title')}>
          {[...log].reverse().map(({ at, level, text }, index) => (
            <li key={`${at} ${index}`} class={level}>
              <time>{form.exact(Date.parse(at))}</time>
              <span class="log-level">{known(logLevels, level, language)}</span>
              <span class="log-text" dir="auto">
                {text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
