/** Language and colours of this screen. */
import { useDesk } from '../browser/desk.ts'
import { themes } from '../browser/preferences.ts'
import { Choice } from './form.tsx'

export function Languages() {
  const { say, language, preferences } = useDesk()
  return (
    <Choice
      legend={say('settings.language')}
      options={[
        ['en', 'English'],
        ['fr', 'Français'],
      ]}
      chosen={language}
      onChoose={preferences.speak}
    />
  )
}

export function Colours() {
  const { say, preferences } = useDesk()
  return (
    <Choice
      legend={say('settings.theme')}
      options={themes.map((theme) => [theme, say(`theme.${theme}`)] as const)}
      chosen={preferences.theme.value}
      onChoose={preferences.paint}
    />
  )
}
