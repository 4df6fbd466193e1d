"""Series on the record: stages of a gauge and weekly counts that a party keeps and may release."""
