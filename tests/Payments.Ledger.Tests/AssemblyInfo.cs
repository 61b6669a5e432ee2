// One after the other: TRUNCATE, which must be refused, waits for every other transaction on the table first, and
// whatever comes meanwhile waits behind it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
