"""The shell of the pages: layout, navigation, components, languages."""
