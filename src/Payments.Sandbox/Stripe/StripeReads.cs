using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Payments.Sandbox.Booking;

namespace Payments.Sandbox.Stripe;

/// <summary>The GETs. Called under the book's lock.</summary>
internal sealed partial class StripeReads(Book book, IOptions<SandboxOptions> options)
{
    public StripeReply Do(StripeCall call) => call.Segments switch
    {
        ["payment_intents"] => List(call),
        ["payment_intents", "search"] => Search(call),
        ["payment_intents", var id] => book.Find(call.Account, id) is { } intent
            ? new StripeReply(200, Show(call, intent))
            : StripeErrors.NotFound("payment_intent", id, "intent"),
        ["refunds"] => ListRefunds(call),
        ["refunds", var id] => FindRefund(call, id),
        _ => StripeErrors.UnknownUrl(call.Method, call.Path),
    };

    private static JsonObject Show(StripeCall call, Intent intent) =>
        StripeObjects.Intent(intent, call.Fields.Expands("latest_charge"));

    private StripeReply List(StripeCall call)
    {
        if (WrongPage(call, out var limit) is { } wrong)
            return wrong;
        var matching = book.NewestFirst(call.Account).Where(i => IsCreatedWithin(i.Created, call.Fields));
        return Page(call, matching, i => i.Id, limit, i => Show(call, i));
    }

    private StripeReply ListRefunds(StripeCall call)
    {
        if (WrongPage(call, out var limit) is { } wrong)
            return wrong;
        var of = call.Fields["payment_intent"];
        var refunds = book.NewestFirst(call.Account)
            .Where(i => of is null || i.Id == of)
            .SelectMany(i => i.Refunds.AsEnumerable().Reverse().Select(r => (Intent: i, Refund: r)));
        return Page(call, refunds, r => r.Refund.Id, limit, r => StripeObjects.Refund(r.Intent, r.Refund));
    }

    private StripeReply FindRefund(StripeCall call, string id)
    {
        var found = book.NewestFirst(call.Account)
            .SelectMany(i => i.Refunds.Where(r => r.Id == id).Select(r => StripeObjects.Refund(i, r)))
            .FirstOrDefault();
        return found is null ? StripeErrors.NotFound("refund", id, "refund") : new StripeReply(200, found);
    }

    private StripeReply Search(StripeCall call)
    {
        if (WrongPage(call, out var limit) is { } wrong)
            return wrong;
        if (call.Fields["query"] is not { } query)
            return StripeErrors.Missing("query");
        Dictionary<string, string> wanted = [];
        foreach (var clause in query.Split(" AND ", StringSplitOptions.TrimEntries))
        {
            if (Clause().Match(clause) is not { Success: true } match)
                return StripeErrors.Parameter("query", "We were unable to parse your search query.");
            wanted[match.Groups["name"].Value] = Escape().Replace(match.Groups["value"].Value, "${character}");
        }

        var indexedUntil = book.UnixNow() - options.Value.SearchLagSeconds;
        Intent[] found =
        [
            .. book.NewestFirst(call.Account).Where(i => i.Created <= indexedUntil
                && wanted.All(w => i.Metadata.GetValueOrDefault(w.Key) == w.Value)),
        ];
        return new StripeReply(
            200, StripeObjects.SearchResult(
                call.Path, found.Take(limit).Select(i => Show(call, i)), found.Length > limit));
    }

    private static StripeReply Page<T>(
        StripeCall call, IEnumerable<T> newestFirst, Func<T, string> idOf, int limit, Func<T, JsonObject> show)
    {
        if (call.Fields["starting_after"] is { } after)
            newestFirst = newestFirst.SkipWhile(i => idOf(i) != after).Skip(1);
        T[] page = [.. newestFirst.Take(limit + 1)];
        return new StripeReply(200, StripeObjects.List(call.Path, page.Take(limit).Select(show), page.Length > limit));
    }

    private static StripeReply? WrongPage(StripeCall call, out int limit)
    {
        limit = 10;
        if (!call.Fields.TryNumber("limit", out var asked) || asked is < 1 or > 100)
            return StripeErrors.Parameter("limit", "Invalid limit: must be from 1 to 100.");
        limit = (int)(asked ?? limit);
        return null;
    }

    private static bool IsCreatedWithin(long created, FormFields fields)
    {
        foreach (var (bound, text) in fields.Map("created"))
        {
            if (!long.TryParse(text, out var value))
                continue;
            var holds = bound switch
            {
                "gt" => created > value,
                "gte" => created >= value,
                "lt" => created < value,
                "lte" => created <= value,
                _ => true,
            };
            if (!holds)
                return false;
        }

        return true;
    }

    [GeneratedRegex(@"^metadata\['(?<name>[^']+)'\]:'(?<value>(?:[^'\\]|\\.)*)'$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Clause();

    [GeneratedRegex(@"\\(?<character>.)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escape();
}
