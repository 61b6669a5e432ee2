using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Views;

namespace Payments.Operations.Judging;

/// <summary>Reads what is known of many letters at once: a few queries, however many there are.</summary>
internal static class FactsQuery
{
    // Which queue is whose is in the queue's name: no two services consume the same one.
    private const string Inboxes = """
        SELECT message_id AS "MessageId", consumer AS "Consumer", settled_at AS "SettledAt" FROM orchestrator.ops_inbox_v1
        WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, settled_at FROM executor.ops_inbox_v1 WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, settled_at FROM wallets.ops_inbox_v1 WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, settled_at FROM ledger.ops_inbox_v1 WHERE message_id = ANY ({0})
        """;

    private const string Answers = """
        SELECT message_id AS "MessageId", consumer AS "Consumer", ordinal AS "Ordinal", type AS "Type"
        FROM orchestrator.ops_inbox_message_v1 WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, ordinal, type FROM executor.ops_inbox_message_v1 WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, ordinal, type FROM wallets.ops_inbox_message_v1 WHERE message_id = ANY ({0})
        UNION ALL
        SELECT message_id, consumer, ordinal, type FROM ledger.ops_inbox_message_v1 WHERE message_id = ANY ({0})
        """;

    // Message ids of ours are ULIDs, written as UUIDs: they sort by when they were made. A foreign one tells of no time, or of a far one.
    private const string NewestSettings = """
        SELECT DISTINCT ON (seller_ids[1])
               seller_ids[1] AS "SellerId", letter_id AS "LetterId", message_id AS "MessageId"
        FROM operations.ops_dead_letter_v1
        WHERE seller_ids && {0} AND cardinality(seller_ids) = 1 AND message_type = {1} AND endpoint = {2}
            AND state IN ('open', 'replaying') AND message_id ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'
            AND message_id COLLATE "C" < {3}
        ORDER BY seller_ids[1], message_id COLLATE "C" DESC
        """;

    /// <summary>In the order of the letters. Everything is of one snapshot, the caller's.</summary>
    public static async Task<IReadOnlyList<Facts>> Read(
        OpsContext ops, IReadOnlyList<JudgedLetter> letters, CancellationToken cancellationToken)
    {
        var now = (await ops.Database.SqlQueryRaw<DateTimeOffset>("SELECT now() AS \"Value\"").ToListAsync(cancellationToken))[0];
        var inbox = await ReadInboxes(ops, letters, cancellationToken);
        var rows = await Rows.Read(ops, letters, now, cancellationToken);
        return
        [
            .. letters.Select(letter => rows.Of(
                letter, now, letter.InboxId is { } id ? inbox.GetValueOrDefault((id.ToGuid(), letter.Destination.Queue)) : null)),
        ];
    }

    private static async Task<Dictionary<(Guid MessageId, string Queue), InboxFact>> ReadInboxes(
        OpsContext ops, IReadOnlyList<JudgedLetter> letters, CancellationToken cancellationToken)
    {
        var ids = letters.Where(l => l.Destination.HasInbox).Select(l => l.InboxId?.ToGuid()).OfType<Guid>().Distinct().ToArray();
        if (ids.Length == 0)
            return [];
        var settled = await ops.Database.SqlQueryRaw<SettledRow>(Inboxes, ids).ToListAsync(cancellationToken);
        if (settled.Count == 0)
            return [];
        var known = settled.Select(s => s.MessageId).Distinct().ToArray();
        var answers = (await ops.Database.SqlQueryRaw<AnswerRow>(Answers, known).ToListAsync(cancellationToken))
            .ToLookup(a => (a.MessageId, a.Consumer));
        return settled.ToDictionary(
            s => (s.MessageId, s.Consumer),
            s => new InboxFact(
                s.SettledAt, [.. answers[(s.MessageId, s.Consumer)].OrderBy(a => a.Ordinal).Select(a => a.Type)]));
    }

    private sealed record SettledRow(Guid MessageId, string Consumer, DateTimeOffset SettledAt);

    private sealed record SettingRow(string SellerId, Guid LetterId, string MessageId);

    private sealed record AnswerRow(Guid MessageId, string Consumer, int Ordinal, string Type);

    /// <summary>The rows of all letters, by what they are found by.</summary>
    private sealed record Rows
    {
        public required IReadOnlyDictionary<Ulid, DeadLetterReplayView> LastReplays { get; init; }

        public required IReadOnlyDictionary<Ulid, PaymentView> Payments { get; init; }

        public required ILookup<Ulid, OrderView> Orders { get; init; }

        public required IReadOnlyDictionary<string, WalletsOperationView> Wallets { get; init; }

        public required IReadOnlyDictionary<string, LedgerOperationView> Ledger { get; init; }

        public required IReadOnlyDictionary<string, PspOperationView> Operations { get; init; }

        public required ILookup<Ulid, PspOperationView> Refunds { get; init; }

        public required IReadOnlyDictionary<Ulid, WebhookView> Webhooks { get; init; }

        public required IReadOnlyDictionary<string, SellerView> Sellers { get; init; }

        public required IReadOnlyDictionary<string, SettingLetter> NewestSettings { get; init; }

        public required IReadOnlyDictionary<Ulid, IntakeView> Intakes { get; init; }

        public required IReadOnlyDictionary<(string, string), IntakeView> Keys { get; init; }

        public required IReadOnlyDictionary<Ulid, AliasView> Aliases { get; init; }

        public required IReadOnlyDictionary<Ulid, IntakeRejectionView> Rejections { get; init; }

        public static async Task<Rows> Read(
            OpsContext ops, IReadOnlyList<JudgedLetter> letters, DateTimeOffset now, CancellationToken cancellationToken)
        {
            var ids = letters.Select(l => l.LetterId).ToArray();
            var paymentIds = letters.Select(l => l.PaymentId).OfType<Ulid>().Distinct().ToArray();
            var requests = letters.Where(IsRequest).ToArray();
            var requested = requests.Select(l => l.PaymentId).OfType<Ulid>().Distinct().ToArray();
            var merchants = requests.Select(l => l.MerchantId).OfType<string>().Distinct().ToArray();
            var keys = requests.Select(l => l.Message.IdempotencyKey).OfType<string>().Distinct().ToArray();
            var refunded = letters.Where(l => l.Type == nameof(RefundOrder)).Select(l => l.PaymentId).OfType<Ulid>().Distinct().ToArray();
            var webhooks = letters.Select(l => l.Message.WebhookId).OfType<Ulid>().Distinct().ToArray();
            var sellers = letters.Where(l => l.Type == nameof(UpdateSeller)).Select(l => l.SellerId).OfType<string>().Distinct().ToArray();
            var ahead = Ulid.MinValue(now + VerdictRules.Ahead).ToGuid().ToString();
            var ofWallets = OperationIds(letters, Receiver.Wallets);
            var ofLedger = OperationIds(letters, Receiver.Ledger);
            var ofPsp = OperationIds(letters, Receiver.Executor, Receiver.ExecutorControl);
            var replays = await ops.DeadLetterReplays.Where(r => ids.Contains(r.LetterId)).ToListAsync(cancellationToken);
            var intakes = requests.Length == 0
                ? []
                : await ops.Intakes
                    .Where(i => requested.Contains(i.PaymentId)
                        || (merchants.Contains(i.MerchantId) && keys.Contains(i.IdempotencyKey)))
                    .ToListAsync(cancellationToken);
            return new Rows
            {
                LastReplays = replays.GroupBy(r => r.LetterId).ToDictionary(r => r.Key, r => r.MaxBy(one => one.ReplayId)!),
                Payments = (await Find(ops.Payments.Where(p => paymentIds.Contains(p.PaymentId)), paymentIds))
                    .ToDictionary(p => p.PaymentId),
                Orders = (await Find(ops.Orders.Where(o => paymentIds.Contains(o.PaymentId)), paymentIds))
                    .ToLookup(o => o.PaymentId),
                Wallets = (await Find(ops.WalletsOperations.Where(o => ofWallets.Contains(o.OperationId)), ofWallets))
                    .ToDictionary(o => o.OperationId),
                Ledger = (await Find(ops.LedgerOperations.Where(o => ofLedger.Contains(o.OperationId)), ofLedger))
                    .ToDictionary(o => o.OperationId),
                Operations = (await Find(ops.PspOperations.Where(o => ofPsp.Contains(o.OperationId)), ofPsp))
                    .ToDictionary(o => o.OperationId),
                Refunds = (await Find(ops.PspOperations.Where(o => o.Kind == "refund" && refunded.Contains(o.PaymentId)), refunded))
                    .ToLookup(o => o.PaymentId),
                Webhooks = (await Find(ops.Webhooks.Where(w => webhooks.Contains(w.WebhookId)), webhooks))
                    .ToDictionary(w => w.WebhookId),
                Sellers = (await Find(ops.Sellers.Where(s => sellers.Contains(s.SellerId)), sellers))
                    .ToDictionary(s => s.SellerId),
                NewestSettings = (await Find(
                        ops.Database.SqlQueryRaw<SettingRow>(
                            FactsQuery.NewestSettings, sellers, Routes.Event(typeof(UpdateSeller)), Routes.Wallets, ahead),
                        sellers))
                    .ToDictionary(
                        s => s.SellerId, s => new SettingLetter(Ulid.FromGuid(s.LetterId), Ulid.FromGuid(Guid.Parse(s.MessageId)))),
                Intakes = intakes.ToDictionary(i => i.PaymentId),
                Keys = intakes.ToDictionary(i => (i.MerchantId, i.IdempotencyKey)),
                Aliases = (await Find(ops.Aliases.Where(a => requested.Contains(a.PaymentId)), requested))
                    .ToDictionary(a => a.PaymentId),
                Rejections = (await Find(ops.IntakeRejections.Where(r => requested.Contains(r.PaymentId)), requested))
                    .ToDictionary(r => r.PaymentId),
            };

            // What no letter asks for is not read.
            async Task<IReadOnlyList<T>> Find<T, TKey>(IQueryable<T> query, TKey[] wanted) =>
                wanted.Length == 0 ? [] : await query.ToListAsync(cancellationToken);
        }

        public Facts Of(JudgedLetter letter, DateTimeOffset now, InboxFact? inbox)
        {
            var operationId = letter.OperationId ?? "";
            return new Facts
            {
                Now = now,
                Inbox = inbox,
                LastReplay = LastReplays.GetValueOrDefault(letter.LetterId),
                Payment = letter.PaymentId is { } id ? Payments.GetValueOrDefault(id) : null,
                Orders = letter.PaymentId is { } payment ? [.. Orders[payment]] : [],
                Wallets = Wallets.GetValueOrDefault(operationId),
                Ledger = Ledger.GetValueOrDefault(operationId),
                Operation = Operations.GetValueOrDefault(operationId),
                OtherRefunds = letter is { Type: nameof(RefundOrder), PaymentId: { } refunded }
                    ? [.. Refunds[refunded].Where(r => r.OrderId == letter.OrderId && r.OperationId != operationId)]
                    : [],
                Webhook = letter.Message.WebhookId is { } webhook ? Webhooks.GetValueOrDefault(webhook) : null,
                Seller = Sellers.GetValueOrDefault(letter.SellerId ?? ""),
                NewestSetting = NewestSettings.GetValueOrDefault(letter.SellerId ?? ""),
                Intake = letter.PaymentId is { } asked ? Intakes.GetValueOrDefault(asked) : null,
                KeyOwner = letter is { MerchantId: { } merchant, Message.IdempotencyKey: { } key }
                    ? Keys.GetValueOrDefault((merchant, key))
                    : null,
                Alias = letter.PaymentId is { } alias ? Aliases.GetValueOrDefault(alias) : null,
                Rejection = letter.PaymentId is { } rejected ? Rejections.GetValueOrDefault(rejected) : null,
            };
        }

        /// <summary>What intake may know of.</summary>
        private static bool IsRequest(JudgedLetter letter) => letter.Destination.Receiver == Receiver.FrontDoor
            || letter.Type is nameof(StartPayment) or nameof(RejectPayment);

        private static string[] OperationIds(IEnumerable<JudgedLetter> letters, params Receiver[] receivers) =>
            [.. letters.Where(l => receivers.Contains(l.Destination.Receiver)).Select(l => l.OperationId).OfType<string>().Distinct()];
    }
}
