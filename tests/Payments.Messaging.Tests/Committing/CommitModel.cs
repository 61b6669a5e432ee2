namespace Payments.Messaging.Tests.Committing;

/// <summary>What must be in the database, and what each caller must have been told.</summary>
/// <param name="books">The database as it is.</param>
/// <param name="consumer">Its inbox is the plan's.</param>
/// <param name="accounts">No other work touches them.</param>
/// <param name="plan">What was to be done.</param>
/// <param name="processes">Those that did it.</param>
/// <param name="isExact">No answer of the database was lost: whoever committed knows.</param>
internal sealed class CommitModel(
    BooksObserver books, string consumer, string[] accounts, PlannedWork[] plan, RealCommitter[] processes, bool isExact)
{
    public async Task ShouldHold(IReadOnlyList<Ending> endings)
    {
        foreach (var ofWork in endings.GroupBy(e => e.Work))
            ShouldHaveEnded(ofWork.Key, [.. ofWork]);
        await EntriesShouldBeThere();
        await InboxShouldRemember(endings);
        await OutboxShouldHold(endings);
        processes.Sum(p => p.Turns.Overlaps).ShouldBe(0, "work of a payment is done one after the other");
    }

    /// <summary>Nobody sends what is in the outbox of this schema.</summary>
    public Task Clean() => books.Execute("DELETE FROM outbox");

    private void ShouldHaveEnded(PlannedWork work, Ending[] copies)
    {
        foreach (var copy in copies)
            work.ShouldHaveFailedWith(copy.Error);
        var results = copies.Where(c => c.Result is not null).Select(c => c.Result!).ToArray();
        if (work.Kind == WorkKind.LocalStale)
            results.Single().Kind.ShouldBe(CommitKind.Clash);
        if (work.IsMarked)
            results.ShouldAllBe(r => r.Kind == CommitKind.Committed);
        if (!work.IsSettled)
            return;

        var committed = results.Count(r => r.Kind == CommitKind.Committed);
        committed.ShouldBeLessThanOrEqualTo(1, $"{work} was committed more than once");
        if (isExact)
            committed.ShouldBe(1, $"{work} was committed by one of its copies");
        results.Count(r => r.Kind == CommitKind.Remembered).ShouldBe(copies.Length - committed);
    }

    private async Task EntriesShouldBeThere()
    {
        var entries = await books.Rows(
            r => (r.GetGuid(0), r.GetString(1), r.GetInt32(2)),
            "SELECT work, account, amount FROM toy_entry WHERE account = ANY($1)",
            (object)accounts);
        entries.ShouldBe(plan.Where(w => w.IsSettled).Select(w => (w.Id, w.Account, w.Amount)), ignoreOrder: true);

        foreach (var account in accounts)
        {
            var sum = plan.Where(w => w.IsSettled && w.Account == account).Sum(w => (long)w.Amount);
            (await books.Read(account)).Sum.ShouldBe(sum);
        }

        var marks = await books.Rows(
            r => r.GetGuid(0), "SELECT work FROM toy_mark WHERE work = ANY($1)", plan.Select(w => w.Id).ToArray());
        marks.ShouldBe(plan.Where(w => w.IsMarked).Select(w => w.Id), ignoreOrder: true);
    }

    /// <summary>
    /// A row for each delivery that was settled and for no other; what everybody was told is what is kept; and that, and
    /// nothing else, was sent, each time that a copy was settled and after the commit.
    /// </summary>
    private async Task InboxShouldRemember(IReadOnlyList<Ending> endings)
    {
        var rows = await books.Rows(
            r => (r.GetGuid(0), r.GetInt32(1)), "SELECT message_id, sent FROM inbox WHERE consumer = $1", consumer);
        rows.ShouldBe(plan.Where(w => w.IsSettled).Select(w => (w.Origin.MessageId, w.Says)), ignoreOrder: true);

        var kept = (await books.Rows(
            r => (Delivery: r.GetGuid(0), Message: Sql.ReadMessage(r, 1)),
            "SELECT message_id, sent_id, exchange, type, trace, body FROM inbox_message WHERE consumer = $1 ORDER BY message_id, ordinal",
            consumer)).ToLookup(k => k.Delivery, k => k.Message);
        kept.Sum(k => k.Count()).ShouldBe(plan.Where(w => w.IsSettled).Sum(w => w.Says));
        foreach (var (work, result, _) in endings.Where(e => e.Work.IsSettled))
            Text(result!.Messages).ShouldBe(Text(kept[work.Origin.MessageId]), $"what {work} was told is not what is remembered");

        var owed = endings.Where(e => e.Work.IsSettled).SelectMany(e => kept[e.Work.Origin.MessageId]);
        Text(processes.SelectMany(p => p.Postbox.Sent)).ShouldBe(Text(owed), ignoreOrder: true);
        processes.SelectMany(p => p.Postbox.Premature).ShouldBeEmpty();
    }

    private async Task OutboxShouldHold(IReadOnlyList<Ending> endings)
    {
        var rows = await books.Rows(r => Sql.ReadMessage(r, 0), "SELECT sent_id, exchange, type, trace, body FROM outbox");
        var local = endings.Where(e => e.Work.Kind == WorkKind.Local).ToArray();
        local.Sum(e => e.Result!.Messages.Count).ShouldBe(local.Sum(e => e.Work.Says));
        Text(rows).ShouldBe(Text(local.SelectMany(e => e.Result!.Messages)), ignoreOrder: true);
    }

    private static string[] Text(IEnumerable<OutgoingMessage> messages) =>
        [.. messages.Select(m => $"{m.Id} {m.Exchange} {m.Type} {m.Trace} {Convert.ToBase64String(m.Body)}")];
}
