import { type Theme, teamsDarkTheme, teamsHighContrastTheme, teamsLightTheme } from '@fluentui/react-components'
import type { ThemeName } from './host'

/** Fluent's theme and what it lacks; `parts/styles` names it for styles. */
interface OwnTheme extends Theme {
  /** Behind words of several colours while the pointer is on them. */
  hoverBackground: string
}

const withHover = (theme: Theme, hoverBackground: string): OwnTheme => ({ ...theme, hoverBackground })

const themes: Record<ThemeName, OwnTheme> = {
  light: withHover(teamsLightTheme, teamsLightTheme.colorNeutralBackground1Hover),
  dark: withHover(teamsDarkTheme, teamsDarkTheme.colorNeutralBackground1Hover),
  // Its own colour for this is the bright highlight, on which neither white words nor yellow links can be read.
  contrast: withHover(teamsHighContrastTheme, '#2b2b2b'),
}

export const themeOf = (name: ThemeName): OwnTheme => themes[name]
