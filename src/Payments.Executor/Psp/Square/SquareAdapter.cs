using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Executor.Psp.Square;

/// <summary>Square's Payments and Refunds at one location, API version 2025-08-20.</summary>
/// <param name="location">The id of the location that takes the payments.</param>
internal sealed class SquareAdapter(string location) : IPspAdapter
{
    public const string AdapterName = "square";
    public const string ApiVersion = "2025-08-20";

    private const int LongestKey = 45;
    private const int LongestReference = 40;
    private const int PageSize = 100;

    /// <summary>
    /// Square does not say how long it keeps a key. An hour is far below the shortest life that another PSP publishes (six
    /// hours), and enough: the tries of a run and the replay at the first look come within minutes, and what is older is
    /// found in the list.
    /// </summary>
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(1);

    /// <summary>The spec: lists may lag by several seconds.</summary>
    private static readonly TimeSpan ListLag = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Far longer than a stored sale waits for its first try, behind a breaker; the key's life begins only then.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>By its key: an authorization that is there is released, and what is not there is no error.</summary>
    public bool VoidsByOurReference => true;

    /// <summary>A complete or a cancel has no key and needs none: it can happen once only, and a repetition is refused.</summary>
    public ReplayRule ReplayOf(PspStep step) => step switch
    {
        PspStep.Sale or PspStep.Authorize or PspStep.Refund => new(IsSafe: true, KeyLifetime),
        PspStep.Capture or PspStep.Void => new(IsSafe: true, SquareStates.DefaultHold),
    };

    /// <summary><c>reference_id</c> of a payment, <c>reason</c> of a refund, which has no other field that is said again.</summary>
    public string ReferenceOf(string operationId) => IdempotencyKey.Derive(operationId, LongestReference);

    public Preparation Prepare(PspOperation operation)
    {
        if (Refuse(operation) is { } refusal)
            return refusal;
        return Preparation.Ready(operation.Step switch
        {
            PspStep.Sale or PspStep.Authorize => Create(operation),
            PspStep.Capture => Complete(operation),
            PspStep.Void => operation.TargetReference is { Length: > 0 } target
                ? Post(PathOf(target) + "/cancel", [])
                : Post("v2/payments/cancel", new() { ["idempotency_key"] = KeyOf(operation.Undoes!) }),
            PspStep.Refund => Post("v2/refunds", new()
            {
                ["idempotency_key"] = KeyOf(operation.OperationId),
                ["payment_id"] = operation.TargetReference,
                ["amount_money"] = MoneyOf(operation),
                ["reason"] = ReferenceOf(operation.OperationId),
            }),
        });
    }

    public Answer Classify(PspOperation operation, PspResponse response)
    {
        if (response.Header(SquareCaptures.WithheldHeader) is not null)
        {
            return new Answer(Outcome.InvalidRequest(
                Reasons.AmountNotRepresentable,
                "Square captures the whole amount of a payment, and this one's cannot be made the amount to capture."));
        }

        if (!PspJson.TryParse(response.Body, out var document))
            return response.Status is >= 200 and < 300 ? Unreadable() : OfErrors(operation, response, default);
        using (document)
        {
            if (response.Status is < 200 or >= 300)
                return OfErrors(operation, response, document.RootElement);
            if (IsByKey(operation))
                return Unsaid();
            var finding = ReadOne(operation, document.RootElement);
            return finding.Kind switch
            {
                FindingKind.Known => new Answer(finding.Outcome!),
                // A 2xx whose object does not show what was asked for.
                FindingKind.Absent =>
                    new Answer(Outcome.InDoubt(Reasons.UnexpectedState, "Square answered 2xx, but did not do it.")),
                FindingKind.Unclear or FindingKind.More => Unreadable(),
            };
        }
    }

    public PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference)
    {
        var isOnTarget = operation.Step is PspStep.Capture || (operation.Step is PspStep.Void && !IsByKey(operation));
        var reference = isOnTarget ? operation.TargetReference : pspReference;
        if (string.IsNullOrEmpty(reference))
            return null;
        return operation.Step == PspStep.Refund
            ? Get("v2/refunds/" + Uri.EscapeDataString(reference))
            : Get(PathOf(reference));
    }

    public Finding ClassifyRetrieve(PspOperation operation, PspResponse response)
    {
        if (response.Status != 200)
            return Unanswered(response);
        if (!PspJson.TryParse(response.Body, out var document))
            return Finding.Unclear(Reasons.UnreadableAnswer);
        using (document)
            return ReadOne(operation, document.RootElement);
    }

    /// <summary>
    /// Square can filter by time and location only. Oldest first, so that our own object is on one of the first pages; but
    /// what a void by key looks for is older than the void, by how much nobody knows, so that goes backwards.
    /// </summary>
    public PspRequest? PrepareLookUp(PspOperation operation, string? cursor)
    {
        if (operation.Step is PspStep.Capture or PspStep.Void && !IsByKey(operation))
            return null;
        var tolerance = IsByKey(operation) ? SquareStates.DefaultHold : ClockTolerance;
        var since = (operation.CreatedAt - tolerance).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"v2/{(operation.Step == PspStep.Refund ? "refunds" : "payments")}?location_id={Uri.EscapeDataString(location)}&begin_time={Uri.EscapeDataString(since)}&sort_order={(IsByKey(operation) ? "DESC" : "ASC")}&limit={PageSize}");
        return Get(cursor is null ? path : path + "&cursor=" + Uri.EscapeDataString(cursor));
    }

    public Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response)
    {
        if (response.Status != 200)
            return Unanswered(response);
        if (!PspJson.TryParse(response.Body, out var document))
            return Finding.Unclear(Reasons.UnreadableAnswer);
        using (document)
        {
            var isRefund = operation.Step == PspStep.Refund;
            var reference = ReferenceOf(operation.Undoes ?? operation.OperationId);
            JsonElement[] items = [.. document.RootElement.Items(isRefund ? "refunds" : "payments")];
            JsonElement[] ours = [.. items.Where(i => i.Text(isRefund ? "reason" : "reference_id") == reference)];
            if (ours.Length > 1)
                return Finding.Known(Duplicate(ours[0]));
            if (ours.Length == 1)
                return Read(operation, ours[0]);
            return document.RootElement.Text("cursor") is { Length: > 0 } next && !IsTooLate(operation, items)
                ? Finding.More(next)
                : Finding.Absent(ListLag);
        }
    }

    public void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection) =>
        headers.Authorization = new AuthenticationHeaderValue("Bearer", connection.SecretKey);

    public HttpMessageHandler Over(HttpMessageHandler network) => new SquareCaptures { InnerHandler = network };

    /// <summary>Square documents none.</summary>
    public string? RequestIdOf(PspResponse response) => null;

    /// <summary>Only a void can be without the id of its payment, and only where it knows the operation to undo.</summary>
    private static bool IsByKey(PspOperation operation) =>
        operation.Step == PspStep.Void && string.IsNullOrEmpty(operation.TargetReference);

    private static Preparation? Refuse(PspOperation operation)
    {
        if (operation.AmountMinor <= 0)
            return Preparation.Refuse(Reasons.AmountNotRepresentable, "The amount must be positive.");
        if (operation.CurrencyCode is not { Length: 3 } code || code.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
            return Preparation.Refuse(Reasons.CurrencyNotSupported, "The currency must be three upper-case letters.");
        if (operation.Step is PspStep.Sale or PspStep.Authorize)
        {
            return string.IsNullOrEmpty(operation.Token)
                ? Preparation.Refuse(Reasons.MissingField, "A sale or an authorization needs a token.")
                : null;
        }

        var isKnown = !string.IsNullOrEmpty(operation.TargetReference)
            || (operation.Step == PspStep.Void && !string.IsNullOrEmpty(operation.Undoes));
        return isKnown
            ? null
            : Preparation.Refuse(
                Reasons.MissingField, "A capture, void or refund needs the PSP reference of its payment.");
    }

    private PspRequest Create(PspOperation operation)
    {
        var body = new JsonObject
        {
            ["source_id"] = operation.Token,
            ["idempotency_key"] = KeyOf(operation.OperationId),
            ["amount_money"] = MoneyOf(operation),
            ["autocomplete"] = operation.Step == PspStep.Sale,
            ["location_id"] = location,
            ["reference_id"] = ReferenceOf(operation.OperationId),
            // For people at Square's dashboard; the reference may be a hash.
            ["note"] = operation.OperationId,
        };
        // A card on file is the customer's.
        if (operation.CustomerReference is not null)
            body["customer_id"] = operation.CustomerReference;
        if (operation.Step == PspStep.Authorize)
            body["delay_action"] = "CANCEL";
        return Post("v2/payments", body);
    }

    private static PspRequest Complete(PspOperation operation)
    {
        var update = new JsonObject
        {
            ["idempotency_key"] = KeyOf(operation.OperationId + "/amount"),
            ["payment"] = new JsonObject { ["amount_money"] = MoneyOf(operation) },
        };
        var complete = Post(PathOf(operation.TargetReference!) + "/complete", []);
        return complete with
        {
            Headers = [.. complete.Headers, new(SquareCaptures.UpdateHeader, update.ToJsonString())],
        };
    }

    private static string PathOf(string paymentId) => "v2/payments/" + Uri.EscapeDataString(paymentId);

    private static string KeyOf(string operationId) => IdempotencyKey.Derive(operationId, LongestKey);

    private static JsonObject MoneyOf(PspOperation operation) =>
        new() { ["amount"] = operation.AmountMinor, ["currency"] = operation.CurrencyCode };

    private static PspRequest Post(string path, JsonObject body) => new()
    {
        Method = "POST",
        Path = path,
        Headers = [new("Square-Version", ApiVersion)],
        ContentType = "application/json",
        Body = JsonSerializer.SerializeToUtf8Bytes(body),
    };

    private static PspRequest Get(string path) =>
        new() { Method = "GET", Path = path, Headers = [new("Square-Version", ApiVersion)] };

    private Finding ReadOne(PspOperation operation, JsonElement body) =>
        Read(operation, body.Object(operation.Step == PspStep.Refund ? "refund" : "payment"));

    private Finding Read(PspOperation operation, JsonElement json)
    {
        var reference = ReferenceOf(operation.Undoes ?? operation.OperationId);
        if (operation.Step == PspStep.Refund)
        {
            return SquareRefund.Read(json) is { } refund
                ? SquareStates.Of(operation, reference, refund)
                : Finding.Unclear(Reasons.UnreadableAnswer);
        }

        return SquarePayment.Read(json) is { } payment
            ? SquareStates.Of(operation, reference, payment)
            : Finding.Unclear(Reasons.UnreadableAnswer);
    }

    // A list is in the order of creation, and no replay makes anything after the key's life.
    private static bool IsTooLate(PspOperation operation, JsonElement[] items) =>
        !IsByKey(operation)
        && items.Length > 0
        && items[^1].Instant("created_at") > operation.CreatedAt + LongestWait + KeyLifetime + ClockTolerance;

    private Answer OfErrors(PspOperation operation, PspResponse response, JsonElement body)
    {
        var payment = SquarePayment.Read(body.Object("payment"));
        if (payment is not null
            && operation.Step is PspStep.Sale or PspStep.Authorize
            && payment.Reference != ReferenceOf(operation.OperationId))
        {
            return new Answer(SquareStates.IntegrityMismatch(payment.Id, payment.Status));
        }

        var (row, code) = SquareErrorTable.Of(response.Status, SquareError.ReadAll(body), operation.Step);
        var (decline, reason) = row.Reason is null ? SquareDeclines.Of(code) : (row.Decline, row.Reason);
        var outcome = new Outcome
        {
            Kind = row.Kind,
            Decline = row.Kind == OutcomeKind.Declined ? decline : null,
            Reason = reason,
            PspReference = payment?.Id,
            PspStatus = payment?.Status,
            PspCode = code,
            Message = Sentence(response, body),
        };
        var ifAbsent = row.IfAbsent is null
            ? null
            : Outcome.Declined(row.Decline, row.IfAbsent, outcome.Message) with { PspCode = code };
        return new Answer(outcome, row.Next, ifAbsent);
    }

    // Of status, categories and codes only: Square's own detail may name the token.
    private static string Sentence(PspResponse response, JsonElement body)
    {
        string?[] words =
        [
            response.Status.ToString(CultureInfo.InvariantCulture),
            .. SquareError.ReadAll(body).SelectMany(e => new[] { e.Category, e.Code }),
        ];
        return "Square answered " + string.Join(' ', words.Where(w => w is not null)) + ".";
    }

    private static Answer Unreadable() =>
        new(
            Outcome.InDoubt(Reasons.UnreadableAnswer, "Square answered 2xx, but not with the object asked for."),
            AfterTry.RetrySameKey);

    // A cancel by key answers the same whether or not it found a payment.
    private static Answer Unsaid() =>
        new(
            Outcome.InDoubt(Reasons.NotFound, "Square does not say whether there was a payment to cancel."),
            AfterTry.Read);

    private static Finding Unanswered(PspResponse response)
    {
        using var document = PspJson.TryParse(response.Body, out var parsed) ? parsed : null;
        return Finding.Unanswered(response.Status, Sentence(response, document?.RootElement ?? default));
    }

    private static Outcome Duplicate(JsonElement first) =>
        Outcome.InDoubt(Reasons.DuplicateAtPsp, "Square holds more than one object for this operation.") with
        {
            PspReference = first.Word("id"),
            PspStatus = first.Word("status"),
        };
}
