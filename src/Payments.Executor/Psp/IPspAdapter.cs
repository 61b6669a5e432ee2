using System.Net.Http.Headers;

namespace Payments.Executor.Psp;

/// <summary>
/// Whether sending the same bytes under the same key again can act twice.
/// </summary>
/// <param name="IsSafe">False where the PSP has no key for the step, unless the step can happen once only.</param>
/// <param name="KeyLifetime">How long after the first try a replay is still a replay and not a new charge.</param>
internal readonly record struct ReplayRule(bool IsSafe, TimeSpan KeyLifetime);

/// <summary>
/// One PSP's wire format, for one account. Pure: no clock, no network, no state.
/// </summary>
internal interface IPspAdapter
{
    ReplayRule ReplayOf(PspStep step);

    /// <summary>
    /// Whether a payment can be voided by our reference alone, see <see cref="PspOperation.Undoes"/>: also one of
    /// which it is not known whether it exists.
    /// </summary>
    bool VoidsByOurReference => false;

    /// <summary>
    /// How the PSP keeps our operation id and says it again, in look-ups and webhooks. Stored beside the operation, so that
    /// a webhook finds it; unique, and the same for the same id.
    /// </summary>
    string ReferenceOf(string operationId) => operationId;

    /// <summary>
    /// The request to store before it is sent, or why there is none. The same operation gives the same bytes.
    /// </summary>
    Preparation Prepare(PspOperation operation);

    /// <summary>Understands the response to a prepared request.</summary>
    Answer Classify(PspOperation operation, PspResponse response);

    /// <summary>A read by the PSP's own reference; null where that cannot tell about the operation.</summary>
    /// <param name="operation">The operation asked about.</param>
    /// <param name="pspReference">What <see cref="Outcome.PspReference"/> of the operation said, where known.</param>
    PspRequest? PrepareRetrieve(PspOperation operation, string? pspReference);

    Finding ClassifyRetrieve(PspOperation operation, PspResponse response);

    /// <summary>A search by our own operation id; null where the PSP has none for the step.</summary>
    /// <param name="operation">The operation asked about.</param>
    /// <param name="cursor">Null for the first page, then what <see cref="Finding.More(string)"/> said.</param>
    PspRequest? PrepareLookUp(PspOperation operation, string? cursor);

    Finding ClassifyLookUp(PspOperation operation, string? cursor, PspResponse response);

    /// <summary>Adds the connection's credentials when a request goes out.</summary>
    void Authenticate(HttpRequestHeaders headers, PspConnectionOptions connection);

    /// <summary>
    /// What requests pass through on their way to the network, for credentials that must be fetched first. What throws an
    /// <see cref="HttpRequestException"/> there, before the request is passed on, has not been sent.
    /// </summary>
    HttpMessageHandler Over(HttpMessageHandler network) => network;

    /// <summary>The PSP's own id of the request, from a response.</summary>
    string? RequestIdOf(PspResponse response);
}
