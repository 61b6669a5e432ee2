using System.Globalization;
using System.Text;
using System.Text.Json;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Replaying;
using RabbitMQ.Client;

namespace Payments.Operations.Collecting;

/// <summary>
/// A dead letter as it is stored: what was delivered, card numbers masked, and what is derived from it. Whatever it holds,
/// making it does not throw.
/// </summary>
internal sealed record Letter
{
    private const int MaxText = 64 * 1024;
    private const int MaxName = 500;

    public required Ulid Id { get; init; }

    /// <summary>SHA-256 of what does not change when the broker delivers it again.</summary>
    public required byte[] Identity { get; init; }

    /// <summary>It bears marks that no other message can have: seen again, it is the same one.</summary>
    public required bool HasMark { get; init; }

    /// <summary>The broker has delivered it before, perhaps to us.</summary>
    public required bool Redelivered { get; init; }

    public required Ulid GroupId { get; init; }

    /// <summary>Of the replay that it comes back from; null for what is no id.</summary>
    public Ulid? ReplayId { get; init; }

    public required string Queue { get; init; }

    public required string Endpoint { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset FailedAt { get; init; }

    public string? MessageId { get; init; }

    public string? MessageType { get; init; }

    public string? ContentType { get; init; }

    public Ulid? PaymentId { get; init; }

    /// <summary>See <see cref="KnownPayments"/>.</summary>
    public bool PaymentIsKnown { get; init; }

    public IReadOnlyList<string> OrderIds { get; init; } = [];

    public IReadOnlyList<string> SellerIds { get; init; } = [];

    public string? MerchantId { get; init; }

    public string? OperationId { get; init; }

    public Money? Amount { get; init; }

    /// <summary>As in <see cref="Fingerprint.ExceptionKind"/>.</summary>
    public string? ExceptionKind { get; init; }

    public IReadOnlyList<DeadLetterException> Exceptions { get; init; } = [];

    public string? StackTrace { get; init; }

    public string? Frame { get; init; }

    public string? Consumer { get; init; }

    public string? Host { get; init; }

    public int? Retries { get; init; }

    public required byte[] Headers { get; init; }

    public required byte[] Body { get; init; }

    public required byte[] BodyHash { get; init; }

    public required string BodyKind { get; init; }

    /// <summary>Values that were masked in headers and body.</summary>
    public required int CardNumbers { get; init; }

    /// <summary>The words by which it can be found.</summary>
    public required string Words { get; init; }

    /// <summary>Reads a letter.</summary>
    /// <param name="source">As it came.</param>
    /// <param name="now">Where the letter does not say when it failed, or says a time to come.</param>
    public static Letter Read(LetterSource source, DateTimeOffset now)
    {
        var properties = source.Properties;
        var hash = LetterBody.Hash(source.Body);
        var headers = LetterHeaders.Write(source, forIdentity: false, out var maskedHeaders);
        // What a card number might stand in is read from the masked copy, apart from ids, which stay.
        var stored = (byte[])source.Body.Clone();
        var maskedBody = CardNumberMasking.Mask(stored);
        var body = LetterBody.Read(stored) is { Kind: LetterBody.Text or LetterBody.Binary } broken && maskedBody > 0
            ? LetterBody.Read(source.Body) with { Kind = broken.Kind }
            : LetterBody.Read(stored);
        var fault = LetterFault.Read(properties);
        var death = Death.Read(properties);
        var reason = DeadLetterQueues.Reason(source.Queue);
        var endpoint = Name(DeadLetterQueues.Endpoint(source.Queue) ?? death?.Queue ?? ExchangeOf(source)) ?? "";
        var messageType = Name(body.MessageType ?? Urn(fault.MessageType) ?? (reason == LetterReason.Unrouted ? ExchangeOf(source) : null));
        var messageId = (properties.IsMessageIdPresent() ? properties.MessageId : null) ?? body.MessageId;
        var kind = Name(fault.Exceptions is [var thrown, ..] ? Fingerprint.ExceptionKind(thrown.Type, thrown.Message) : null);
        var frame = Name(Fingerprint.TopFrame(fault.StackTrace));
        var letter = new Letter
        {
            Id = Ulid.NewUlid(),
            Identity = IdentityOf(source, hash),
            HasMark = messageId is not null && (fault.FailedAt is not null || death is not null),
            Redelivered = source.Redelivered,
            GroupId = Fingerprint.GroupOf(endpoint, reason, messageType, kind, frame),
            Queue = source.Queue,
            Endpoint = endpoint,
            Reason = reason,
            FailedAt = (fault.FailedAt ?? death?.At) is { } at && at <= now && at.Year > 2000 ? at : now,
            ReplayId = ReplayOf(properties),
            MessageId = Name(messageId),
            MessageType = messageType,
            ContentType = Name(properties.IsContentTypePresent() ? properties.ContentType : null),
            PaymentId = body.PaymentId,
            OrderIds = Names(body.OrderIds),
            SellerIds = Names(body.SellerIds),
            MerchantId = Name(body.MerchantId),
            OperationId = Name(body.OperationId),
            Amount = body.Amount,
            ExceptionKind = kind,
            Exceptions = [.. fault.Exceptions.Select(e => new DeadLetterException(Name(e.Type)!, Storable(e.Message)!))],
            StackTrace = Storable(fault.StackTrace),
            Frame = frame,
            Consumer = Name(fault.Consumer),
            Host = Name(fault.Host),
            Retries = fault.Retries,
            Headers = headers,
            Body = stored,
            BodyHash = hash,
            BodyKind = body.Kind,
            CardNumbers = maskedHeaders + maskedBody,
            Words = "",
        };
        return letter with { Words = SearchWords.Of(letter.Texts()) };
    }

    /// <summary>
    /// A letter of which nothing is derived, because that failed or was refused: what was delivered, card numbers masked.
    /// </summary>
    public static Letter Unreadable(LetterSource source, DateTimeOffset now)
    {
        var headers = LetterHeaders.Write(source, forIdentity: false, out var maskedHeaders);
        var stored = (byte[])source.Body.Clone();
        var maskedBody = Contracts.CardNumbers.Mask(stored.AsSpan());
        var hash = LetterBody.Hash(source.Body);
        var endpoint = Name(DeadLetterQueues.Endpoint(source.Queue) ?? Death.Read(source.Properties)?.Queue ?? source.Exchange) ?? "";
        return new Letter
        {
            Id = Ulid.NewUlid(),
            Identity = IdentityOf(source, hash),
            HasMark = false,
            Redelivered = source.Redelivered,
            GroupId = Fingerprint.GroupOf(endpoint, LetterReason.Unreadable, null, null, null),
            ReplayId = ReplayOf(source.Properties),
            Queue = source.Queue,
            Endpoint = endpoint,
            Reason = LetterReason.Unreadable,
            FailedAt = now,
            Headers = headers,
            Body = stored,
            BodyHash = hash,
            BodyKind = stored.Length == 0 ? LetterBody.Empty : LetterBody.Binary,
            CardNumbers = maskedHeaders + maskedBody,
            Words = SearchWords.Of([source.Queue, endpoint]),
        };
    }

    public string ExceptionsJson() => JsonSerializer.Serialize(Exceptions, ContractJson.Options);

    private static byte[] IdentityOf(LetterSource source, byte[] hash) => LetterBody.Hash(
        [.. Encoding.UTF8.GetBytes(source.Queue), 0, .. LetterHeaders.Write(source, forIdentity: true, out _), 0, .. hash]);

    private static Ulid? ReplayOf(IReadOnlyBasicProperties properties) =>
        Ulid.TryParse(LetterHeaders.Text(properties, ReplayMessage.ReplayHeader), null, out var id) ? id : null;

    private IEnumerable<string?> Texts() =>
    [
        Id.ToString(), MessageId, PaymentId?.ToString(), MerchantId, OperationId, .. OrderIds, .. SellerIds, Queue, Endpoint,
        MessageType, ExceptionKind, Frame, Consumer, Host, .. Exceptions.SelectMany(e => new[] { e.Type, e.Message }),
    ];

    /// <summary>
    /// Where it was published. Our own publisher puts what no queue took into the queue of the unrouted itself, and says from
    /// which exchange; what came by an alternate exchange has that one still.
    /// </summary>
    private static string ExchangeOf(LetterSource source) => source.Exchange.Length > 0
        ? source.Exchange
        : LetterHeaders.Text(source.Properties, Routes.OriginalExchangeHeader) ?? "";

    /// <summary>MassTransit names types in headers as .NET does, in envelopes with a colon.</summary>
    private static string? Urn(string? type)
    {
        var dot = type?.LastIndexOf('.') ?? -1;
        return dot < 0 ? type : $"{type![..dot]}:{type[(dot + 1)..]}";
    }

    private static string[] Names(IReadOnlyList<string> names) => [.. names.Select(n => Name(n)!)];

    /// <summary>Short enough to be indexed.</summary>
    private static string? Name(string? text) => Storable(text, MaxName);

    /// <summary>PostgreSQL keeps no NUL, and no half of a surrogate pair.</summary>
    private static string? Storable(string? text, int length = MaxText)
    {
        if (text is null)
            return null;
        var cut = text.Length > length ? text[..length] : text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)).Replace('\0', '\uFFFD');
    }

    /// <summary>What the broker wrote when it gave a message up; the latest is first.</summary>
    private sealed record Death(string? Queue, DateTimeOffset At)
    {
        public static Death? Read(IReadOnlyBasicProperties properties)
        {
            if (properties.Headers is not { } headers || !headers.TryGetValue("x-death", out var deaths)
                || deaths is not IList<object?> { Count: > 0 } list || list[0] is not IDictionary<string, object?> first
                || !first.TryGetValue("time", out var time) || time is not AmqpTimestamp at
                || at.UnixTime is < 0 or > 253_402_300_799)
            {
                return null;
            }

            return new Death(
                first.TryGetValue("queue", out var queue) ? LetterHeaders.TextOf(queue) : null,
                DateTimeOffset.FromUnixTimeSeconds(at.UnixTime));
        }
    }
}

/// <summary>
/// Words of letters and digits in lower case: so that a type is found by its last part, and an id by its beginning.
/// </summary>
internal static class SearchWords
{
    private const int MaxWords = 4000;
    private const int MaxLength = 100;

    public static string Of(IEnumerable<string?> texts) =>
        string.Join(' ', texts.OfType<string>().SelectMany(Split).Distinct().Take(MaxWords));

    public static IEnumerable<string> Split(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return text[start..Math.Min(i, start + MaxLength)].ToLower(CultureInfo.InvariantCulture);
                start = -1;
            }
        }
    }
}
