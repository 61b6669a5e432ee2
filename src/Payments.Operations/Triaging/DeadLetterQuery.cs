using System.Data;
using System.Linq.Expressions;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;
using Payments.Operations.Judging;
using Payments.Operations.Querying;
using Payments.Operations.Views;

namespace Payments.Operations.Triaging;

/// <summary>Letters beside the payments they belong to, as these are now.</summary>
internal sealed class DeadLetterQuery(IDbContextFactory<OpsContext> contexts, PaymentQuery payments)
{
    private const int ShownBytes = 64 * 1024;

    private static readonly Expression<Func<DeadLetterView, Listed>> AsListed = l => new Listed(
        l.LetterId, l.GroupId, l.State, l.Outcome, l.Queue, l.Endpoint, l.Reason, l.FailedAt, l.CollectedAt, l.MessageType,
        l.PaymentId, l.OrderIds, l.AmountMinor, l.Currency, l.ExceptionType, l.ExceptionMessage);

    /// <summary>A page of letters, failed last first.</summary>
    public async Task<DeadLetterPage> List(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await ops.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var narrowed = Narrow(ops, filter);
        var total = await narrowed.CountAsync(cancellationToken);
        var found = await After(narrowed, filter.After)
            .OrderByDescending(l => l.FailedAt).ThenByDescending(l => l.LetterId)
            .Take(filter.Limit + 1)
            .Select(AsListed)
            .ToListAsync(cancellationToken);
        var page = found.Take(filter.Limit).ToList();
        var context = await Context.Read(ops, page.Select(l => l.PaymentId), cancellationToken);
        return new DeadLetterPage
        {
            Letters = [.. page.Select(l => Summary(l, context))],
            Total = total,
            Next = found.Count > page.Count ? new PageEnd(page[^1].FailedAt, page[^1].LetterId).ToCursor() : null,
        };
    }

    /// <summary>Null when there is no such letter.</summary>
    public async Task<DeadLetterDetails?> Find(Ulid id, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        if (await ops.DeadLetters.SingleOrDefaultAsync(l => l.LetterId == id, cancellationToken) is not { } letter)
            return null;
        var content = await ops.DeadLetterContents.SingleAsync(c => c.LetterId == id, cancellationToken);
        var replays = await ops.DeadLetterReplays.Where(r => r.LetterId == id)
            .OrderByDescending(r => r.ReplayId).ToListAsync(cancellationToken);
        var payment = letter.PaymentId is { } paymentId ? await payments.Find(paymentId, cancellationToken) : null;
        // A letter may name an alias of its payment.
        var context = await Context.Read(ops, [payment?.PaymentId], cancellationToken);
        return Details(letter, content, context, payment) with
        {
            Replays = [.. replays.Select(r => ReplayDetails.Of(r, letter.MessageType, letter.SuccessorId))],
            Discard = await ops.DeadLetterDiscards.Where(d => d.LetterId == id).SingleOrDefaultAsync(cancellationToken)
                is { } discard ? Discard(discard) : null,
            Edit = await ops.DeadLetterEdits.Where(e => e.LetterId == id).OrderByDescending(e => e.EditId)
                .FirstOrDefaultAsync(cancellationToken) is { } edit ? Edit(edit) : null,
            Notes = await DeadLetterNotes.Read(ops, n => n.LetterId == id, cancellationToken),
        };
    }

    /// <summary>The money of those letters that have any: at risk, or what the message asks for.</summary>
    public async Task<IReadOnlyDictionary<Ulid, Money>> AtStake(IReadOnlyList<Ulid> ids, CancellationToken cancellationToken)
    {
        await using var ops = await contexts.CreateDbContextAsync(cancellationToken);
        var letters = await ops.DeadLetters.Where(l => ids.Contains(l.LetterId)).Select(AsListed).ToListAsync(cancellationToken);
        var context = await Context.Read(ops, letters.Select(l => l.PaymentId), cancellationToken);
        return letters.Select(l => Summary(l, context))
            .Select(s => (s.LetterId, Money: s.AtRisk is { IsZero: false } ? s.AtRisk : s.Amount))
            .Where(s => s.Money is { IsZero: false })
            .ToDictionary(s => s.LetterId, s => s.Money!.Value);
    }

    private static IQueryable<DeadLetterView> Narrow(OpsContext ops, DeadLetterFilter filter)
    {
        var letters = OfLetter(ops.DeadLetters, filter);
        if (filter.Words is { } words)
            letters = letters.Where(l => l.Search.Matches(EF.Functions.ToTsQuery("simple", words)));
        if (filter.Seller is { } seller)
        {
            letters = letters.Where(l => l.SellerIds.Contains(seller)
                || ops.Orders.Any(o => o.PaymentId == l.PaymentId && o.SellerId == seller));
        }

        if (filter.Merchant is { } merchant)
        {
            letters = letters.Where(l => l.MerchantId == merchant
                || ops.Payments.Any(p => p.PaymentId == l.PaymentId && p.MerchantId == merchant));
        }

        if (filter.PaymentState is { } state)
            letters = letters.Where(l => ops.Payments.Any(p => p.PaymentId == l.PaymentId && p.State == state));
        return OfAmount(ops, letters, filter);
    }

    private static IQueryable<DeadLetterView> OfLetter(IQueryable<DeadLetterView> letters, DeadLetterFilter filter)
    {
        if (filter.Group is { } group)
            letters = letters.Where(l => l.GroupId == group);
        if (filter.Payment is { } payment)
            letters = letters.Where(l => l.PaymentId == payment);
        if (filter.Order is { } order)
            letters = letters.Where(l => l.OrderIds.Contains(order));
        if (filter.Queue is { } queue)
            letters = letters.Where(l => l.Queue == queue);
        if (filter.Endpoint is { } endpoint)
            letters = letters.Where(l => l.Endpoint == endpoint);
        if (filter.Reason is { } reason)
            letters = letters.Where(l => l.Reason == reason);
        if (filter.Type is { } type)
            letters = letters.Where(l => l.MessageType == type);
        if (filter.Exception is { } exception)
            letters = letters.Where(l => l.ExceptionType == exception);
        if (filter.State is { } state)
            letters = letters.Where(l => l.State == state);
        if (filter.From is { } from)
            letters = letters.Where(l => l.FailedAt >= from);
        if (filter.To is { } to)
            letters = letters.Where(l => l.FailedAt < to);
        return letters;
    }

    private static IQueryable<DeadLetterView> OfAmount(
        OpsContext ops, IQueryable<DeadLetterView> letters, DeadLetterFilter filter)
    {
        if (filter is { MinAmount: null, MaxAmount: null, Currency: null })
            return letters;
        var min = filter.MinAmount ?? 0;
        var max = filter.MaxAmount ?? long.MaxValue;
        var currency = filter.Currency;
        return letters.Where(l =>
            ops.Payments.Any(p => p.PaymentId == l.PaymentId && p.AmountMinor >= min && p.AmountMinor <= max
                && (currency == null || p.Currency == currency))
            || (!l.PaymentKnown && l.AmountMinor >= min && l.AmountMinor <= max && (currency == null || l.Currency == currency)
                && !ops.Payments.Any(p => p.PaymentId == l.PaymentId)));
    }

    private static IQueryable<DeadLetterView> After(IQueryable<DeadLetterView> letters, PageEnd? end) =>
        end is { At: var at, Id: var id }
            ? letters.Where(l => l.FailedAt <= at && (l.FailedAt < at || l.LetterId < id))
            : letters;

    private static DeadLetterSummary Summary(Listed letter, Context context)
    {
        var asked = Amounts.Read(letter.AmountMinor, letter.Currency);
        var payment = context.PaymentOf(letter.PaymentId);
        return new DeadLetterSummary
        {
            LetterId = letter.LetterId,
            GroupId = letter.GroupId,
            State = letter.State,
            Outcome = letter.Outcome,
            Queue = letter.Queue,
            Endpoint = letter.Endpoint,
            Reason = letter.Reason,
            FailedAt = letter.FailedAt,
            CollectedAt = letter.CollectedAt,
            MessageType = letter.MessageType,
            PaymentId = letter.PaymentId,
            OrderIds = letter.OrderIds,
            Amount = asked,
            PaymentState = payment?.State,
            WaitsFor = payment?.WaitsFor,
            AtRisk = MoneyAtRisk.Of(letter.OrderIds, asked, context.OrdersOf(letter.PaymentId)),
            ExceptionType = letter.ExceptionType,
            ExceptionMessage = letter.ExceptionMessage,
        };
    }

    private static DeadLetterDetails Details(
        DeadLetterView letter, DeadLetterContentView content, Context context, PaymentDetails? payment)
    {
        var listed = new Listed(
            letter.LetterId, letter.GroupId, letter.State, letter.Outcome, letter.Queue, letter.Endpoint, letter.Reason,
            letter.FailedAt, letter.CollectedAt, letter.MessageType, payment?.PaymentId ?? letter.PaymentId, letter.OrderIds,
            letter.AmountMinor, letter.Currency, letter.ExceptionType, letter.ExceptionMessage);
        var shown = content.Body.AsSpan(0, Math.Min(content.Body.Length, ShownBytes));
        return new DeadLetterDetails
        {
            Letter = Summary(listed, context) with { PaymentId = letter.PaymentId },
            MessageId = letter.MessageId,
            ContentType = letter.ContentType,
            SellerIds = letter.SellerIds,
            MerchantId = letter.MerchantId,
            OperationId = letter.OperationId,
            Exceptions = JsonSerializer.Deserialize<DeadLetterException[]>(letter.Exceptions, ContractJson.Options)!,
            StackTrace = letter.StackTrace,
            Consumer = letter.Consumer,
            Host = letter.Host,
            Retries = letter.Retries,
            Headers = JsonSerializer.Deserialize<JsonElement>(content.Headers),
            BodyKind = letter.BodyKind,
            BodyBytes = letter.BodyBytes,
            BodySha256 = Convert.ToHexStringLower(letter.BodySha256),
            Body = letter.BodyKind == "binary" ? Convert.ToBase64String(shown) : Encoding.UTF8.GetString(shown),
            BodyIsCut = letter.BodyBytes > shown.Length,
            CardNumbers = letter.CardNumbers,
            Payment = payment,
        };
    }

    private static DeadLetterDiscard Discard(DeadLetterDiscardView discard) => new()
    {
        DiscardedBy = discard.DiscardedBy,
        DiscardedAt = discard.DiscardedAt,
        Reason = discard.Reason,
        Money = discard.MoneyStatement is { } statement ? new MoneyStatement(statement, discard.MoneyReference) : null,
    };

    private static DeadLetterEdit Edit(DeadLetterEditView edit) => new()
    {
        EditId = edit.EditId,
        LetterId = edit.LetterId,
        Diff = JsonSerializer.Deserialize<DeadLetterEditedValue[]>(edit.Diff, ContractJson.Options)!,
        ChangesMoney = edit.ChangesMoney,
        EditedBy = edit.EditedBy,
        Reason = edit.Reason,
        EditedAt = edit.EditedAt,
        ReplayId = edit.ReplayId,
        ReplayState = edit.ReplayState,
    };

    private sealed record Listed(
        Ulid LetterId, Ulid GroupId, string State, string? Outcome, string Queue, string Endpoint, string Reason, DateTimeOffset FailedAt,
        DateTimeOffset CollectedAt, string? MessageType, Ulid? PaymentId, string[] OrderIds, long? AmountMinor,
        string? Currency, string? ExceptionType, string? ExceptionMessage);

    /// <summary>The payments of some letters.</summary>
    private sealed record Context(IReadOnlyDictionary<Ulid, PaymentView> Payments, ILookup<Ulid, OrderView> Orders)
    {
        public static async Task<Context> Read(OpsContext ops, IEnumerable<Ulid?> ids, CancellationToken cancellationToken)
        {
            var wanted = ids.OfType<Ulid>().Distinct().ToArray();
            var payments = await ops.Payments.Where(p => wanted.Contains(p.PaymentId)).ToListAsync(cancellationToken);
            var orders = await ops.Orders.Where(o => wanted.Contains(o.PaymentId)).ToListAsync(cancellationToken);
            return new Context(payments.ToDictionary(p => p.PaymentId), orders.ToLookup(o => o.PaymentId));
        }

        public PaymentView? PaymentOf(Ulid? id) => id is { } known ? Payments.GetValueOrDefault(known) : null;

        /// <summary>Null where the payment is not known; none where it was rejected.</summary>
        public IReadOnlyList<OrderView>? OrdersOf(Ulid? id) =>
            PaymentOf(id) is { } payment ? [.. Orders[payment.PaymentId]] : null;
    }
}
