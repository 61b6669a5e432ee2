using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Payments.Executor.Psp.Stripe;

/// <summary>Stripe's PaymentIntents and Refunds, API version 2023-08-16.</summary>
internal sealed class StripeAdapter : IPspAdapter
{
    public const string AdapterName = "stripe";
    public const string ApiVersion = "2023-08-16";

    private const int LongestKey = 255;
    private const int PageSize = 100;

    // A busy account has more pages than a look-up may take; then search finds what is older than its index lag.
    private const int MostPages = 5;
    private const string SearchCursor = "search";

    /// <summary>Keys may be pruned from 24 h on; an hour is kept for a try under way and for clocks.</summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    /// <summary>Stripe: usually under a minute, up to an hour in an outage.</summary>
    private static readonly TimeSpan SearchLag = TimeSpan.FromHours(1);

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public ReplayRule ReplayOf(PspStep step) => new(IsSafe: true, KeyLifetime);

    public Preparation Prepare(PspOperation operation)
    {
        var (wire, refusal) = StripeAmounts.ToWire(operation.AmountMinor, operation.CurrencyCode);
        if (refusal is not null)
            return refusal;
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(operation.Token)
                ? Preparation.Refuse(Reasons.MissingField, "A sale or an authorization needs a token.")
                : Preparation.Ready(Create(operation, operation.Token, wire));
        }

        if (string.IsNullOrEmpty(operation.TargetReference))
            return Preparation.Refuse(
                Reasons.MissingField, "A capture, void or refund needs the PSP reference of its payment.");
        var target = operation.TargetReference;
        var path = "v1/payment_intents/" + Uri.EscapeDataString(target);
        return Preparation.Ready(operation.Step switch
        {
            PspStep.Capture => Post(operation, path + "/capture", new StripeForm().Add("amount_to_capture", wire)),
            PspStep.Void => Post(operation, path + "/cancel", new StripeForm().Add("cancellation_reason", "abandoned")),
            PspStep.Refund => Post(
                operation,
                "v1/refunds",
                new StripeForm().Add("payment_intent", target).Add("amount", wire).AddIds(operation)),
            PspStep.Sale or PspStep.Authorize => throw new InvalidOperationException("Prepared above."),
        });
    }

    public Answer Classify(PspOperation operation, PspResponse response)
    {
        if (!PspJson.TryParse(response.Body, out var document))
            return response.Status is >= 200 and < 300 ? Unreadable() : OfError(operation, response, default);
        using (document)
        {
            if (response.Status is < 200 or >= 300)
                return OfError(operation, response, document.RootElement);
            var finding = Read(operation, document.RootElement);
            return finding.Kind switch
            {
                FindingKind.Known => new Answer(finding.Outcome!),
                // A 2xx whose object does not show what was asked for.
                FindingKind.Absent =>
                    new Answer(Outcome.InDoubt(Reasons.UnexpectedState, "Stripe answered 2xx, but did not do it.")),
                FindingKind.Unclear or FindingKind.More => Unreadable(),
            };
        }
    }

    public PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference)
    {
        var isOnTarget = operation.Step is PspStep.Capture or PspStep.Void;
        var reference = isOnTarget ? operation.TargetReference : pspReference;
        if (string.IsNullOrEmpty(reference))
            return null;
        return operation.Step == PspStep.Refund
            ? Get("v1/refunds/" + Uri.EscapeDataString(reference))
            : Get("v1/payment_intents/" + Uri.EscapeDataString(reference) + "?expand%5B%5D=latest_charge");
    }

    public Finding ClassifyRetrieve(PspOperation operation, PspResponse response)
    {
        if (response.Status != 200)
            return Unanswered(response);
        if (!PspJson.TryParse(response.Body, out var document))
            return Finding.Unclear(Reasons.UnreadableAnswer);
        using (document)
            return Read(operation, document.RootElement);
    }

    public PspRequest? PrepareLookUp(PspOperation operation, string? cursor)
    {
        if (operation.Step is PspStep.Capture or PspStep.Void)
            return null;
        if (cursor == SearchCursor)
        {
            var id = operation.OperationId.Replace("\\", "\\\\").Replace("'", "\\'");
            return Get(
                "v1/payment_intents/search?limit=10&query=" + Uri.EscapeDataString($"metadata['operation_id']:'{id}'"));
        }

        string path;
        if (operation.Step == PspStep.Refund)
        {
            path = $"v1/refunds?limit={PageSize}&payment_intent=" + Uri.EscapeDataString(
                operation.TargetReference ?? "");
        }
        else
        {
            var since = (operation.CreatedAt - ClockTolerance).ToUnixTimeSeconds();
            path = string.Create(
                CultureInfo.InvariantCulture, $"v1/payment_intents?limit={PageSize}&created%5Bgte%5D={since}");
        }

        return Get(
            cursor is null ? path : path + "&starting_after=" + Uri.EscapeDataString(PageCursor.Parse(cursor).After));
    }

    public Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response)
    {
        if (response.Status != 200)
            return Unanswered(response);
        if (!PspJson.TryParse(response.Body, out var document))
            return Finding.Unclear(Reasons.UnreadableAnswer);
        using (document)
        {
            JsonElement[] items = [.. document.RootElement.Items("data")];
            JsonElement[] ours = [.. items.Where(i => StripeIds.Read(i).OperationId == operation.OperationId)];
            if (ours.Length > 1)
                return Finding.Known(Duplicate(ours[0]));
            if (ours.Length == 1)
                return Read(operation, ours[0]);
            if (cursor == SearchCursor)
                return Finding.Absent(SearchLag);
            if (!document.RootElement.IsTrue("has_more"))
                return Finding.Absent(TimeSpan.Zero);
            return NextPage(operation, cursor, items);
        }
    }

    public void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection) =>
        headers.Authorization = new AuthenticationHeaderValue("Bearer", connection.SecretKey);

    public string? RequestIdOf(PspResponse response) => response.Header("Request-Id");

    private static PspRequest Create(PspOperation operation, string token, long wire)
    {
        var form = new StripeForm()
            .Add("amount", wire)
            .Add("currency", operation.CurrencyCode.ToLowerInvariant())
            .Add("capture_method", operation.Step == PspStep.Sale ? "automatic" : "manual")
            .Add("confirm", "true")
            .Add("payment_method", token)
            .Add("automatic_payment_methods[enabled]", "true")
            .Add("automatic_payment_methods[allow_redirects]", "never");
        // A payment method that is attached to a customer pays for that one only.
        if (operation.CustomerReference is not null)
            form.Add("customer", operation.CustomerReference);
        form.AddIds(operation)
            // The charge may say until when it can be captured.
            .Add("expand[]", "latest_charge");
        return Post(operation, "v1/payment_intents", form);
    }

    private static PspRequest Post(PspOperation operation, string path, StripeForm form) => new()
    {
        Method = "POST",
        Path = path,
        Headers =
        [
            new("Stripe-Version", ApiVersion),
            new("Idempotency-Key", IdempotencyKey.Derive(operation.OperationId, LongestKey)),
        ],
        ContentType = StripeForm.ContentType,
        Body = form.ToBytes(),
    };

    private static PspRequest Get(string path) =>
        new() { Method = "GET", Path = path, Headers = [new("Stripe-Version", ApiVersion)] };

    private static Finding Read(PspOperation operation, JsonElement json)
    {
        if (operation.Step == PspStep.Refund)
        {
            return StripeRefund.Read(json) is { } refund
                ? StripeStates.Of(operation, refund)
                : Finding.Unclear(Reasons.UnreadableAnswer);
        }

        return StripeIntent.Read(json) is { } intent
            ? StripeStates.Of(operation, intent)
            : Finding.Unclear(Reasons.UnreadableAnswer);
    }

    private static Answer OfError(PspOperation operation, PspResponse response, JsonElement body)
    {
        var error = StripeError.Read(body);
        if (error.Intent is { Ids.OperationId: { } id }
            && operation.Step is PspStep.Sale or PspStep.Authorize
            && id != operation.OperationId)
        {
            return new Answer(StripeStates.IntegrityMismatch(error.Intent.Id, error.Intent.Status));
        }

        var row = StripeErrorTable.Of(response.Status, error.Type, error.Code, operation.Step);
        var code = error.DeclineCode ?? error.Code;
        var (decline, reason) = row.Reason is null ? StripeDeclines.Of(code) : (row.Decline, row.Reason);
        var isSavedError = row.Kind == OutcomeKind.InDoubt
            && response.Status >= 500
            && response.Header("Idempotent-Replayed") == "true";
        var outcome = new Outcome
        {
            Kind = row.Kind,
            Decline = row.Kind == OutcomeKind.Declined ? decline : null,
            Reason = isSavedError ? Reasons.SavedError : reason,
            PspReference = error.Intent?.Id,
            PspStatus = error.Intent?.Status,
            PspCode = code,
            Message = Sentence(response.Status, error),
        };
        var next = isSavedError ? AfterTry.Stop : Obey(response, row.Next);
        var ifAbsent = row.IfAbsent is null
            ? null
            : Outcome.Declined(DeclineKind.Hard, row.IfAbsent, outcome.Message) with { PspCode = code };
        return new Answer(outcome, next, ifAbsent);
    }

    // Stripe may say that a retry is pointless; that it is welcome is never taken as more than the table allows.
    private static AfterTry Obey(PspResponse response, AfterTry next) =>
        next == AfterTry.RetrySameKey && response.Header("Stripe-Should-Retry") == "false" ? AfterTry.Stop : next;

    // Of status, type and codes only: Stripe's own message may name the token.
    private static string Sentence(int status, StripeError error)
    {
        string?[] words = [status.ToString(CultureInfo.InvariantCulture), error.Type, error.Code, error.DeclineCode];
        return "Stripe answered " + string.Join(' ', words.Where(w => w is not null)) + ".";
    }

    private static Answer Unreadable() =>
        new(
            Outcome.InDoubt(Reasons.UnreadableAnswer, "Stripe answered 2xx, but not with the object asked for."),
            AfterTry.RetrySameKey);

    private static Finding Unanswered(PspResponse response)
    {
        using var document = PspJson.TryParse(response.Body, out var parsed) ? parsed : null;
        var error = StripeError.Read(document?.RootElement ?? default);
        return Finding.Unanswered(response.Status, Sentence(response.Status, error));
    }

    private static Outcome Duplicate(JsonElement first) =>
        Outcome.InDoubt(Reasons.DuplicateAtPsp, "Stripe holds more than one object for this operation.") with
        {
            PspReference = first.Word("id"),
            PspStatus = first.Word("status"),
        };

    private static Finding NextPage(PspOperation operation, string? cursor, JsonElement[] items)
    {
        var page = cursor is null ? 1 : PageCursor.Parse(cursor).Page;
        if (items.Length == 0 || items[^1].Word("id") is not { } last)
            return Finding.Unclear(Reasons.UnreadableAnswer);
        return page >= MostPages && operation.Step != PspStep.Refund
            ? Finding.More(SearchCursor)
            : Finding.More(new PageCursor(page + 1, last).ToString());
    }

    private readonly record struct PageCursor(int Page, string After)
    {
        public static PageCursor Parse(string text)
        {
            var colon = text.IndexOf(':');
            return new PageCursor(int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), text[(colon + 1)..]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}:{After}");
    }
}
